package dev.tidewatch.timeseries.features;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Which features a row has, in order. Immutable.
 *
 * <p>As text it is a line with the version of the form, then a feature a line; a bundle records
 * these lines, so that what served a model was trained on is what it is served.
 */
public final class FeatureRecipe {
  /** The version of the text form that this release writes, and the newest that it reads. */
  public static final int VERSION = 1;

  public static final int FEATURES_MAX = 1_000;

  /** The role of the series that is forecast. */
  public static final String TARGET = "target";

  private static final String HEADER = "features " + VERSION;

  private final List<Feature> features;
  private final List<String> roles;

  private FeatureRecipe(List<Feature> features) {
    this.features = List.copyOf(features);
    if (features.isEmpty() || features.size() > FEATURES_MAX) {
      throw new IllegalArgumentException(
          "a recipe of %d features; 1 to %d are allowed".formatted(features.size(), FEATURES_MAX));
    }
    var seen = new HashSet<Feature>();
    var names = new LinkedHashSet<String>();
    for (Feature feature : features) {
      if (!seen.add(feature)) {
        throw new IllegalArgumentException("feature %s is there twice".formatted(feature));
      }
      if (!feature.role().isEmpty()) {
        names.add(feature.role());
      }
    }
    this.roles = List.copyOf(names);
  }

  /**
   * @throws IllegalArgumentException if there are none, too many, or two that are the same
   */
  public static FeatureRecipe of(List<Feature> features) {
    return new FeatureRecipe(features);
  }

  /**
   * Features separated by semicolons or line ends, without a header: how people write them.
   *
   * @throws IllegalArgumentException if one is not a feature
   */
  public static FeatureRecipe ofText(String text) {
    var features = new ArrayList<Feature>();
    for (String part : text.split("[;\\n]", -1)) {
      if (!part.isBlank()) {
        features.add(Feature.parse(part));
      }
    }
    return of(features);
  }

  /**
   * Reads what {@link #lines} wrote.
   *
   * @throws IllegalArgumentException if the version is another, or a line is not a feature
   */
  public static FeatureRecipe parse(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException(
          "feature recipe begins with '%s'; this release reads '%s'"
              .formatted(lines.isEmpty() ? "" : lines.getFirst(), HEADER));
    }
    return of(lines.stream().skip(1).map(Feature::parse).toList());
  }

  /**
   * For prices in a regular grid: 15 features of price, volume, momentum, volatility, sentiment,
   * social activity and time. Roles: {@code target} (the price), {@code volume}, {@code sentiment}
   * (a score around 0), {@code social} (a count of messages). All are free of the price's size, so
   * that one model can serve several.
   */
  public static FeatureRecipe prices() {
    return ofText(
        """
        log_return(target,1)
        z(target,20)
        slope(target,20)|relative(20)
        log_return(volume,1)
        z(volume,20)
        log_return(target,5)
        log_return(target,20)
        rsi(target,14)
        volatility(target,10)
        volatility(target,30)
        mean(sentiment,3)
        difference(sentiment,1)
        z(social,20)
        week_sin(1)
        week_cos(1)
        """);
  }

  public List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(HEADER);
    features.forEach(feature -> lines.add(feature.toString()));
    return List.copyOf(lines);
  }

  public List<Feature> features() {
    return features;
  }

  public int size() {
    return features.size();
  }

  /** Roles of the series that are read, in the order of first use. */
  public List<String> roles() {
    return roles;
  }

  /** How many intervals, the newest known one included, a row depends on at most. */
  public int historyIntervals() {
    return features.stream().mapToInt(Feature::reach).max().orElse(0);
  }

  /** True if there is a scaler that has not learnt. */
  public boolean needsFit() {
    return features.stream().anyMatch(feature -> feature.scaler() instanceof Scaler.Unfitted);
  }

  /** The same with nothing learnt done to numbers: what {@link #fitted} wants rows of. */
  public FeatureRecipe unscaled() {
    return of(
        features.stream()
            .map(feature ->
                feature.scaler() instanceof Scaler.Relative ? feature : feature.with(Scaler.NONE))
            .toList());
  }

  /**
   * The same with scalers that have learnt; those that had already stay.
   *
   * @param rows of {@link #unscaled}, from the training data only
   */
  public FeatureRecipe fitted(double[][] rows) {
    var fitted = new ArrayList<Feature>();
    for (int column = 0; column < features.size(); column++) {
      Feature feature = features.get(column);
      if (feature.scaler() instanceof Scaler.Unfitted unfitted) {
        var numbers = new double[rows.length];
        for (int row = 0; row < rows.length; row++) {
          numbers[row] = rows[row][column];
        }
        feature = feature.with(unfitted.law().fit(numbers));
      }
      fitted.add(feature);
    }
    return of(fitted);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureRecipe that && features.equals(that.features);
  }

  @Override
  public int hashCode() {
    return features.hashCode();
  }

  @Override
  public String toString() {
    return String.join("\n", lines());
  }
}
