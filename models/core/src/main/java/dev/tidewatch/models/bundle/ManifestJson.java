package dev.tidewatch.models.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.SplitConformal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code bundle.json}, member by member: what is written is what is read, and nothing else is
 * accepted.
 */
final class ManifestJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ManifestJson() {}

  static byte[] write(BundleManifest manifest, SortedMap<String, byte[]> files) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format_version", BundleManifest.FORMAT_VERSION);
    root.put("family", manifest.family());
    root.put("task", manifest.task().code());
    ArrayNode roles = root.putArray("roles");
    for (Role role : manifest.roles()) {
      roles.addObject().put("name", role.name()).put("kind", code(role.kind()));
    }
    Grid grid = manifest.grid();
    root.putObject("grid")
        .put("step_seconds", grid.step().toSeconds())
        .put("time_zone", grid.zone().getId())
        .put("aggregation", code(grid.aggregation()))
        .put("fill", code(grid.fill()))
        .put("fill_intervals_max", grid.fillIntervalsMax())
        .put("lateness_seconds", grid.lateness().toSeconds());
    ArrayNode features = root.putArray("feature_recipe");
    manifest.featureRecipe().forEach(features::add);
    root.put("history_intervals", manifest.historyIntervals());
    root.put("history_intervals_min", manifest.historyIntervalsMin());
    root.put("horizon", manifest.horizon());
    ArrayNode levels = root.putArray("levels");
    manifest.levels().forEach(levels::add);
    manifest
        .conformal()
        .ifPresent(conformal -> {
          ArrayNode steps = root.putArray("conformal_residuals");
          for (double[] residuals : conformal.residualsByStep()) {
            ArrayNode step = steps.addArray();
            Arrays.stream(residuals).forEach(step::add);
          }
        });
    ObjectNode parameters = root.putObject("parameters");
    manifest.parameters().asMap().forEach(parameters::put);
    TrainingWindow window = manifest.trainingWindow();
    ObjectNode training = root.putObject("training");
    ArrayNode series = training.putArray("series");
    window.series().forEach(name -> series.add(name.value()));
    training
        .put("start_micros", window.startMicros())
        .put("end_micros", window.endMicros())
        .put("data_fingerprint", window.fingerprint())
        .put("seed", manifest.seed())
        .put("code_version", manifest.codeVersion());
    ObjectNode metrics = root.putObject("metrics");
    manifest.metrics().forEach(metrics::put);
    ObjectNode listed = root.putObject("files");
    files.forEach((name, bytes) ->
        listed.putObject(name).put("bytes", bytes.length).put("sha256", Bundle.sha256(bytes)));
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a tree of JSON nodes can always be written", e);
    }
  }

  static BundleManifest read(byte[] json, SortedMap<String, byte[]> files) {
    try {
      JsonNode tree = JSON.readTree(json);
      if (!(tree instanceof ObjectNode object)) {
        throw new IllegalArgumentException("bundle.json is not a JSON object");
      }
      int version = new Members(object, "bundle.json").peekInteger("format_version");
      if (version != BundleManifest.FORMAT_VERSION) {
        throw new BundleException(
            BundleException.Reason.FORMAT_UNKNOWN,
            "bundle has format version %d; this release reads version %d; use a release that knows it"
                .formatted(version, BundleManifest.FORMAT_VERSION));
      }
      var root = new Members(object, "bundle.json");
      root.integer("format_version");
      BundleManifest manifest = manifest(root);
      compareFiles(root.object("files"), files);
      root.requireAllRead();
      return manifest;
    } catch (IllegalArgumentException | IOException e) {
      throw new BundleException(
          BundleException.Reason.DAMAGED, "bundle.json is damaged: " + e.getMessage(), e);
    }
  }

  private static BundleManifest manifest(Members root) {
    String family = root.text("family");
    Task task = constant(Task.class, root.text("task"));
    var roles = new ArrayList<Role>();
    for (JsonNode node : root.array("roles")) {
      var role = new Members(node, "role");
      roles.add(new Role(role.text("name"), constant(Role.Kind.class, role.text("kind"))));
      role.requireAllRead();
    }
    Grid grid = grid(root.object("grid"));
    var features = new ArrayList<String>();
    root.array("feature_recipe").forEach(node -> features.add(node.asText()));
    int historyIntervals = root.integer("history_intervals");
    int historyIntervalsMin = root.integer("history_intervals_min");
    int horizon = root.integer("horizon");
    List<Double> levels = new ArrayList<>();
    for (double level : numbers(root.array("levels"))) {
      levels.add(level);
    }
    Optional<SplitConformal> conformal = Optional.empty();
    if (root.has("conformal_residuals")) {
      var steps = new ArrayList<double[]>();
      root.array("conformal_residuals").forEach(step -> steps.add(numbers(step)));
      conformal = Optional.of(SplitConformal.of(steps));
    }
    var parameters = new TreeMap<String, String>();
    Members given = root.object("parameters");
    given.names().forEach(name -> parameters.put(name, given.text(name)));
    Members training = root.object("training");
    var series = new ArrayList<SeriesName>();
    training.array("series").forEach(node -> series.add(new SeriesName(node.asText())));
    var window =
        new TrainingWindow(
            series,
            training.longInteger("start_micros"),
            training.longInteger("end_micros"),
            training.text("data_fingerprint"));
    long seed = training.longInteger("seed");
    String codeVersion = training.text("code_version");
    training.requireAllRead();
    var metrics = new TreeMap<String, Double>();
    Members measured = root.object("metrics");
    measured.names().forEach(name -> metrics.put(name, measured.number(name)));
    return new BundleManifest(
        family,
        task,
        roles,
        grid,
        features,
        historyIntervals,
        historyIntervalsMin,
        horizon,
        levels,
        conformal,
        Parameters.of(parameters),
        window,
        seed,
        codeVersion,
        metrics);
  }

  private static Grid grid(Members members) {
    ZoneId zone;
    try {
      zone = ZoneId.of(members.text("time_zone"));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("time_zone of the grid is unknown: " + e.getMessage(), e);
    }
    var grid =
        new Grid(
            Duration.ofSeconds(members.longInteger("step_seconds")),
            zone,
            constant(Aggregation.class, members.text("aggregation")),
            constant(Fill.class, members.text("fill")),
            members.integer("fill_intervals_max"),
            Duration.ofSeconds(members.longInteger("lateness_seconds")));
    members.requireAllRead();
    return grid;
  }

  private static void compareFiles(Members listed, Map<String, byte[]> files) {
    for (String name : listed.names()) {
      Members file = listed.object(name);
      byte[] bytes = files.get(name);
      if (bytes == null) {
        throw new IllegalArgumentException("file %s is listed but missing".formatted(name));
      }
      if (bytes.length != file.longInteger("bytes")
          || !Bundle.sha256(bytes).equals(file.text("sha256"))) {
        throw new IllegalArgumentException(
            "file %s is not the one that was written".formatted(name));
      }
      file.requireAllRead();
    }
    for (String name : files.keySet()) {
      if (!listed.has(name)) {
        throw new IllegalArgumentException("file %s is not listed".formatted(name));
      }
    }
  }

  private static double[] numbers(JsonNode array) {
    var numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!array.get(i).isNumber()) {
        throw new IllegalArgumentException("'%s' is not a number".formatted(array.get(i)));
      }
      numbers[i] = array.get(i).doubleValue();
    }
    return numbers;
  }

  private static String code(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String code) {
    for (E constant : type.getEnumConstants()) {
      if (code(constant).equals(code)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("'%s' is not known here".formatted(code));
  }
}
