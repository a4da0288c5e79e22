/**
 * Training and rendering on an NVIDIA GPU: the backend, its model, and what a step does, kernel by
 * kernel. It builds on {@link org.splatline.gpu.cuda.kernel}, which builds on {@link
 * org.splatline.gpu.cuda.device}; neither of them knows this package.
 */
package org.splatline.gpu.cuda;
