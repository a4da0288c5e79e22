package org.splatline.pipeline.cost;

import java.io.Serializable;

/**
 * What a price is for.
 *
 * @param instanceType as in {@code g5.2xlarge}; empty: not known
 * @param purchaseOption {@link #ON_DEMAND} or {@link #SPOT}
 */
public record Machine(String instanceType, String purchaseOption) implements Serializable {
  public static final String ON_DEMAND = "on-demand";
  public static final String SPOT = "spot";

  /** One that nothing is known of. */
  public static final Machine UNKNOWN = new Machine("", ON_DEMAND);
}
