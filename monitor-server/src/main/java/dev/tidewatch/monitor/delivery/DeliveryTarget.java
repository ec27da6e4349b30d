package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.alert.AlertStore.ChangedAlert;
import dev.tidewatch.monitor.alert.LabelMatcher;
import dev.tidewatch.serverkit.config.Secret;
import java.net.URI;
import java.util.List;

/**
 * Where alerts are delivered to.
 *
 * @param id stands for it in the queue; a name can be used again, an id never
 * @param secret signs bodies; empty: not signed
 * @param matchers all must match; empty: every alert
 * @param attemptsMax before a delivery is given up
 * @param revision one more with each change: the etag
 */
public record DeliveryTarget(
    long id,
    String name,
    URI url,
    DeliveryFormat format,
    Secret secret,
    List<LabelMatcher> matchers,
    int attemptsMax,
    boolean disabled,
    int revision) {
  public DeliveryTarget {
    matchers = List.copyOf(matchers);
    if (attemptsMax < 1) {
      throw new IllegalArgumentException("attempts max: " + attemptsMax);
    }
  }

  boolean wants(ChangedAlert changed) {
    return !disabled
        && format.takes(changed.transition())
        && matchers.stream().allMatch(matcher -> matcher.matches(changed.alert()));
  }

  public String etag() {
    return Integer.toString(revision);
  }
}
