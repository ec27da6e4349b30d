package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.SeriesCatalog;
import dev.tidewatch.ingest.catalog.SeriesDescription;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesKind;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.proto.ingest.v1.ViolationAction;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A catalogue in memory with one series for each kind of rule; others are created as they are asked
 * for. Used by one thread.
 */
final class SmallCatalogue {
  private static final int ENTRIES_MAX = 100_000;

  /** What the contract says of each series that is there from the beginning. */
  static final Map<String, Series> KNOWN = known();

  private final Map<String, dev.tidewatch.ingest.catalog.Series> series = new HashMap<>();
  private final SeriesCatalog catalog;

  SmallCatalogue(InstantSource clock) {
    for (Series known : KNOWN.values()) {
      add(ProtoSeries.description(known), clock.instant());
    }
    // Answers what the intake asks a store, and nothing else.
    var store =
        (SeriesStore)
            Proxy.newProxyInstance(
                SeriesStore.class.getClassLoader(),
                new Class<?>[] {SeriesStore.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "find" -> find(names(arguments));
                      case "createMissing" -> create(descriptions(arguments), clock.instant());
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    this.catalog = new SeriesCatalog(store, clock, ENTRIES_MAX);
  }

  SeriesCatalog catalog() {
    return catalog;
  }

  private SeriesStore.Snapshot find(Collection<String> names) {
    return new SeriesStore.Snapshot(
        names.stream().filter(series::containsKey).map(series::get).toList(), 0);
  }

  private SeriesStore.Created create(Collection<SeriesDescription> wanted, Instant now) {
    var created = new ArrayList<dev.tidewatch.ingest.catalog.Series>();
    for (SeriesDescription description : wanted) {
      if (!series.containsKey(description.name().value())) {
        created.add(add(description, now));
      }
    }
    return new SeriesStore.Created(created, 1);
  }

  private dev.tidewatch.ingest.catalog.Series add(SeriesDescription description, Instant now) {
    var added =
        new dev.tidewatch.ingest.catalog.Series(
            series.size() + 1, 0, description, true, now, now, 0, false);
    series.put(added.name(), added);
    return added;
  }

  private static List<String> names(Object[] arguments) {
    return ((Collection<?>) arguments[0]).stream().map(String.class::cast).toList();
  }

  private static List<SeriesDescription> descriptions(Object[] arguments) {
    return ((Collection<?>) arguments[0]).stream().map(SeriesDescription.class::cast).toList();
  }

  private static Map<String, Series> known() {
    var bounds = Validation.newBuilder().setValueMin(-40).setValueMax(90);
    var all =
        List.of(
            Series.newBuilder().setName("a").build(),
            Series.newBuilder().setName("bounded").setValidation(bounds).build(),
            Series.newBuilder()
                .setName("flagged")
                .setValidation(bounds.clone().setOnViolation(ViolationAction.VIOLATION_ACTION_FLAG))
                .build(),
            Series.newBuilder()
                .setName("strict")
                .setValidation(
                    Validation.newBuilder()
                        .setFutureSkewMax(com.google.protobuf.Duration.getDefaultInstance()))
                .build(),
            Series.newBuilder().setName("switch").setKind(SeriesKind.SERIES_KIND_BOOLEAN).build(),
            Series.newBuilder()
                .setName("mode")
                .setKind(SeriesKind.SERIES_KIND_STATE)
                .putStates(-1, "fault")
                .putStates(0, "off")
                .putStates(7, "heating")
                .build());
    var byName = new HashMap<String, Series>();
    all.forEach(one -> byName.put(one.getName(), one));
    return Map.copyOf(byName);
  }
}
