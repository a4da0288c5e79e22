package org.splatline.gpu.train;

/** Receives every training step once, in order. */
interface StepListener {
  /**
   * Called some time after the step, when its figures have been read from the device.
   *
   * @param loss mean over the steps whose figures were read together
   * @param psnr of the step's view before the update, dB
   */
  void onStep(StepEvent event, double loss, double psnr);
}
