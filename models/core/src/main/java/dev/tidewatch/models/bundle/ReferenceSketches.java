package dev.tidewatch.models.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.timeseries.SeriesName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What the inputs of a model looked like when it was trained, by predicted series: kept in a bundle
 * as the file {@value #FILE}, which no family reads and every one may do without. Immutable.
 */
public record ReferenceSketches(List<OfSeries> series) {
  /** Its name in a bundle. */
  public static final String FILE = "reference-sketches.json";

  private static final int FORMAT_VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

  public ReferenceSketches {
    series = List.copyOf(series);
  }

  /** The sketches that predictions of one series are watched by. */
  public record OfSeries(SeriesName series, List<Sketch> sketches) {
    public OfSeries {
      sketches = List.copyOf(sketches);
    }
  }

  /**
   * One input at one hour of the week.
   *
   * @param input role
   * @param source series that it is read from; empty: the predicted one
   * @param hourOfWeek 0 to 167 in the grid's zone; -1: all hours together
   * @param samples values that it stands for
   * @param missingShare of grid intervals, 0 to 1
   * @param payload sketch as {@code DistributionSketch} writes it; empty without samples
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Sketch(
      String input,
      Optional<SeriesName> source,
      int hourOfWeek,
      long samples,
      double missingShare,
      byte[] payload) {}

  /** Those of a bundle; empty if it has none. */
  public static Optional<ReferenceSketches> of(Bundle bundle) {
    return bundle.fileNames().contains(FILE)
        ? Optional.of(read(bundle.file(FILE)))
        : Optional.empty();
  }

  /** The bundle with these in it. */
  public Bundle in(Bundle bundle) {
    return bundle.withFile(FILE, write());
  }

  private byte[] write() {
    ObjectNode root = JSON.createObjectNode();
    root.put("format_version", FORMAT_VERSION);
    var all = root.putArray("series");
    for (OfSeries one : series) {
      var member = all.addObject();
      member.put("series", one.series().value());
      var sketches = member.putArray("sketches");
      for (Sketch sketch : one.sketches()) {
        sketches
            .addObject()
            .put("input", sketch.input())
            .put("source", sketch.source().map(SeriesName::value).orElse(""))
            .put("hour_of_week", sketch.hourOfWeek())
            .put("samples", sketch.samples())
            .put("missing_share", sketch.missingShare())
            .put("payload", Base64.getEncoder().encodeToString(sketch.payload()));
      }
    }
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a tree of JSON nodes can always be written", e);
    }
  }

  private static ReferenceSketches read(byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (root.path("format_version").asInt() != FORMAT_VERSION) {
        throw new BundleException(
            BundleException.Reason.FORMAT_UNKNOWN,
            "%s has format version %s; this release reads version %d"
                .formatted(FILE, root.path("format_version"), FORMAT_VERSION));
      }
      var series = new ArrayList<OfSeries>();
      for (JsonNode member : root.path("series")) {
        var sketches = new ArrayList<Sketch>();
        for (JsonNode sketch : member.path("sketches")) {
          String source = sketch.path("source").asText();
          sketches.add(
              new Sketch(
                  sketch.path("input").asText(),
                  source.isEmpty() ? Optional.empty() : Optional.of(new SeriesName(source)),
                  sketch.path("hour_of_week").asInt(),
                  sketch.path("samples").asLong(),
                  sketch.path("missing_share").asDouble(),
                  Base64.getDecoder().decode(sketch.path("payload").asText())));
        }
        series.add(new OfSeries(new SeriesName(member.path("series").asText()), sketches));
      }
      return new ReferenceSketches(series);
    } catch (IOException | IllegalArgumentException e) {
      throw new BundleException(
          BundleException.Reason.DAMAGED, "%s is damaged: %s".formatted(FILE, e.getMessage()), e);
    }
  }
}
