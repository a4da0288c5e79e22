/**
 * A small ray tracer that makes photographs of procedural scenes for the demo, for tests of the
 * trainer and for benchmarks. The same seed gives the same pixels on any number of threads.
 */
package org.splatline.gpu.synthetic;
