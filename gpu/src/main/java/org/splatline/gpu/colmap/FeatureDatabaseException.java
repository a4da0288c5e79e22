package org.splatline.gpu.colmap;

import java.sql.SQLException;

/** COLMAP's database cannot be read or written, or is not as we know it; says why in a sentence. */
public final class FeatureDatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param why a clause
   */
  FeatureDatabaseException(String why) {
    super("Cannot use COLMAP's database: " + why);
  }

  FeatureDatabaseException(SQLException e) {
    super("Cannot use COLMAP's database: " + e.getMessage(), e);
  }
}
