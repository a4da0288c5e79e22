package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Set;

/**
 * The prices of machines: configuration root {@code cost}.
 *
 * @param prices a file like conf/prices.json; empty: the one that comes with Splatline
 * @param cpuInstanceType type of the nodes that run ingest and COLMAP, as the price list names it;
 *     {@link #AUTO}: each node asks EC2; empty: unknown, so no cost is computed
 * @param gpuInstanceType type of the nodes that train on a GPU; same values
 * @param purchaseOption {@code on-demand}, {@code spot} or {@link #AUTO}
 */
public record CostConfig(
    String prices, String cpuInstanceType, String gpuInstanceType, String purchaseOption) {
  /** The machine asks EC2 what it is. */
  public static final String AUTO = "auto";

  private static final Set<String> PURCHASE_OPTIONS = Set.of(AUTO, "on-demand", "spot");

  public CostConfig {
    checkArgument(
        PURCHASE_OPTIONS.contains(purchaseOption),
        "Invalid cost.purchase-option: %s is not on-demand, spot or auto",
        purchaseOption);
  }

  /** Whether any value is {@link #AUTO}. */
  public boolean asksMachines() {
    return cpuInstanceType.equals(AUTO)
        || gpuInstanceType.equals(AUTO)
        || purchaseOption.equals(AUTO);
  }
}
