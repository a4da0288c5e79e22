/**
 * A GPU and what a process does with any GPU: find it, lease it, load the kernels of this build,
 * allocate memory, order work on streams, and understand errors. Nothing here knows a Gaussian. It
 * is a package of its own because both the kernels' wrappers and the model need memory and streams:
 * in either of their packages these would close a cycle.
 */
package org.splatline.gpu.cuda.device;
