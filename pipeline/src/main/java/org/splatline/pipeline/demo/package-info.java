/** The local S3 server that the demo and the tests use. */
package org.splatline.pipeline.demo;
