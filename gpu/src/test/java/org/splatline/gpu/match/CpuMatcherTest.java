package org.splatline.gpu.match;

class CpuMatcherTest extends MatcherContract {
  @Override
  protected Matcher matcher() {
    return new CpuMatcher();
  }
}
