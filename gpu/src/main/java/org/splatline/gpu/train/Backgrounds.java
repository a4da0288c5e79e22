package org.splatline.gpu.train;

import org.splatline.gpu.backend.CounterRandom;
import org.splatline.gpu.backend.RenderSettings;

/** How a step renders its view: on {@code image.background}. */
final class Backgrounds {
  private Backgrounds() {}

  static RenderSettings at(TrainConfig config, int degree, int step) {
    long seed = config.train().seed();
    RenderSettings settings =
        switch (config.image().background()) {
          case WHITE -> new RenderSettings(degree, 1, 1, 1);
          case BLACK -> new RenderSettings(degree, 0, 0, 0);
          case RANDOM ->
              new RenderSettings(
                  degree,
                  CounterRandom.uniform(seed, step, -1, 0),
                  CounterRandom.uniform(seed, step, -1, 1),
                  CounterRandom.uniform(seed, step, -1, 2));
        };
    return settings.withAntialiased(config.train().antialiased());
  }
}
