/**
 * One wrapper per kernel, and the records that mirror the structs which kernels take by value.
 * Kernels whose parameters are the same share a wrapper. KernelSignatureTest compares all of them
 * with the CUDA sources.
 */
package org.splatline.gpu.cuda.kernel;
