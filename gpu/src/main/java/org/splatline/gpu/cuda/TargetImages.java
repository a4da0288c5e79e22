package org.splatline.gpu.cuda;

/** The photographs at training size, a plane of bytes a channel, on the device when needed. */
interface TargetImages extends AutoCloseable {

  /** One photograph; 4 channels: with alpha last. */
  record Image(CameraArgument camera, int channels, DeviceMemory planes) {}

  CameraArgument camera(int index);

  /** A photograph for the work launched on the trainer's stream from here to {@link #release}. */
  Image acquire(int index);

  /** Ends the use of the photograph acquired last. */
  void release();

  @Override
  void close();
}
