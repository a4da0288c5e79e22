package org.splatline.gpu.sift;

class CpuFeatureExtractorTest extends FeatureExtractorContract {
  @Override
  protected FeatureExtractor extractor() {
    return new CpuFeatureExtractor();
  }
}
