package dev.tidewatch.models.forecast.smoothing;

import dev.tidewatch.models.forecast.PointMethod;
import java.util.ArrayList;
import java.util.List;

/** All methods of this package. */
public final class SmoothingMethods {
  private SmoothingMethods() {}

  /**
   * @param furtherRests methods of other packages that may also forecast what MSTL leaves; none
   *     pools
   */
  public static List<PointMethod> all(PointMethod... furtherRests) {
    var plain =
        List.of(
            AdjustedMethod.dynamicTheta(),
            AdjustedMethod.naive2(),
            AdjustedMethod.drift(),
            AdjustedMethod.ses(),
            AdjustedMethod.holt(),
            AdjustedMethod.damped(),
            AdjustedMethod.theta(),
            new EtsMethod());
    var rests = new ArrayList<PointMethod>(plain);
    rests.addAll(List.of(furtherRests));
    var all = new ArrayList<PointMethod>(plain);
    all.add(new MstlMethod(rests));
    return List.copyOf(all);
  }
}
