/** SIFT features of photographs: what they are, and a plain implementation. */
package org.splatline.gpu.sift;
