/**
 * Photographs of scenes that exist only as formulas, by a small ray tracer: what the demo shows and
 * what the trainer's tests and benchmarks train on. The same seed gives the same pixels, on any
 * number of threads.
 */
package org.splatline.gpu.synthetic;
