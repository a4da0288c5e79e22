/**
 * A GPU and what a process does with any GPU: find it, lease it, load the kernels of this build,
 * allocate memory, order work on streams, and understand errors. Nothing here knows about
 * Gaussians. It is a separate package because the kernels' wrappers and the model both need memory
 * and streams: in one of their packages, these would create a cycle.
 */
package org.splatline.gpu.cuda.device;
