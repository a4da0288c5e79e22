package org.splatline.pipeline.spark;

/** What a task needs of its executor. Each kind has one resource profile per application. */
public enum ExecutorKind {
  /** Little: checking photographs, copying files, tables. Spark's default profile. */
  DEFAULT,
  /** The cores and the memory of COLMAP. */
  SFM,
  /** A GPU, or a part of one. */
  TRAIN
}
