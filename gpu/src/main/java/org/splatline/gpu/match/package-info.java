/** Matching of features between photographs: the rule, and its plain implementation. */
package org.splatline.gpu.match;
