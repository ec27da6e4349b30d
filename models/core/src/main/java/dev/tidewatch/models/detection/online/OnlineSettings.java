package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.bundle.Parameters;
import java.time.ZoneId;
import java.util.Set;

/**
 * Settings of the online detector.
 *
 * @param threshold score, 0 to 1, from which a reading opens an anomaly
 * @param zone decides what is day and weekend
 */
record OnlineSettings(double threshold, ZoneId zone) {
  static final String THRESHOLD = "threshold";

  /**
   * A rank of 3: about once in a thousand readings of an ordinary series, and none as high near.
   */
  static final double THRESHOLD_DEFAULT = 0.25;

  static OnlineSettings of(Parameters parameters, ZoneId zone) {
    parameters.requireKnown(Set.of(THRESHOLD));
    return new OnlineSettings(parameters.number(THRESHOLD, THRESHOLD_DEFAULT, 0.01, 1), zone);
  }

  Parameters toParameters() {
    return Parameters.NONE.with(THRESHOLD, Double.toString(threshold));
  }
}
