package org.splatline.gpu.cuda.device;

import jcuda.Pointer;
import jcuda.driver.CUfunction;

/**
 * One launch of a kernel.
 *
 * @param name of the kernel, as in its .cu file
 * @param blocksX blocks along each axis
 * @param threadsX threads of a block along each axis
 * @param arguments pointers to the values of the arguments
 */
public record Launch(
    String name,
    CUfunction function,
    int blocksX,
    int blocksY,
    int blocksZ,
    int threadsX,
    int threadsY,
    Pointer arguments) {}
