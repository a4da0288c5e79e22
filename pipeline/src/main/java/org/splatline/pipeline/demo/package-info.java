/** The line shown on one machine: a local S3 and the scenes that go through it. */
package org.splatline.pipeline.demo;
