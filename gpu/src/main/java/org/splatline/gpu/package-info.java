/** Trains, evaluates and exports one scene. No Spark, no S3. */
package org.splatline.gpu;
