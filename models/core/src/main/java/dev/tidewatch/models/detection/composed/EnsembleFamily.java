package dev.tidewatch.models.detection.composed;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.AlarmLatch;
import dev.tidewatch.models.detection.Cause;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.ScoreScale;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Several detectors of one series, each with all the readings, whose scores are put together: by
 * their median (default; one blind or jumpy member does not matter), mean, or maximum. Scores from
 * 0 to 1 count twelvefold, so that all are on the ladder of severities, and none counts more than
 * 12.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code members}: ids of detector families, 2 to 9 of them, separated by commas; default
 *       {@code online,zscore,seasonal-residual}.
 *   <li>{@code combine}: {@code median}, {@code mean} or {@code max}.
 *   <li>{@code threshold}: score that opens an anomaly; default 3.
 *   <li>{@code memberN_NAME}: parameter NAME of the N-th member, from 1.
 * </ul>
 */
public final class EnsembleFamily implements DetectorFamily {
  public static final String ID = "detector-ensemble";

  /** No member's score counts more. */
  private static final double MEMBER_SCORE_MAX = 12;

  private static final int MEMBERS_MAX = 9;
  private static final String MEMBERS = "members";
  private static final String COMBINE = "combine";
  private static final String THRESHOLD = "threshold";

  private final Function<String, Optional<DetectorFamily>> families;

  /**
   * @param families detector families by id
   */
  public EnsembleFamily(Function<String, Optional<DetectorFamily>> families) {
    this.families = families;
  }

  /** How scores are put together. */
  enum Combine {
    MEDIAN,
    MEAN,
    MAX;

    double of(double[] scores) {
      double[] ascending = scores.clone();
      Arrays.sort(ascending);
      int middle = ascending.length / 2;
      return switch (this) {
        case MEDIAN ->
            ascending.length % 2 == 1
                ? ascending[middle]
                : (ascending[middle - 1] + ascending[middle]) / 2;
        case MEAN -> Arrays.stream(ascending).sum() / ascending.length;
        case MAX -> ascending[ascending.length - 1];
      };
    }
  }

  private record Settings(
      List<String> members, Combine combine, double threshold, List<Parameters> own) {
    Parameters toParameters() {
      var all = new TreeMap<String, String>();
      all.put(MEMBERS, String.join(",", members));
      all.put(COMBINE, combine.name().toLowerCase(Locale.ROOT));
      all.put(THRESHOLD, Double.toString(threshold));
      for (int i = 0; i < own.size(); i++) {
        String prefix = prefix(i);
        own.get(i).asMap().forEach((name, value) -> all.put(prefix + name, value));
      }
      return Parameters.of(all);
    }
  }

  private static String prefix(int member) {
    return "member%d_".formatted(member + 1);
  }

  private static String file(int member) {
    return "member%d.zip".formatted(member + 1);
  }

  private static Settings settings(Parameters parameters) {
    List<String> members =
        parameters.words(MEMBERS, List.of("online", "zscore", "seasonal-residual"));
    if (members.size() < 2 || members.size() > MEMBERS_MAX || members.contains(ID)) {
      throw new IllegalArgumentException(
          "parameter members is '%s'; it must be 2 to %d detector families other than %s"
              .formatted(String.join(",", members), MEMBERS_MAX, ID));
    }
    var own = new ArrayList<Parameters>();
    var common = new TreeMap<>(parameters.asMap());
    for (int i = 0; i < members.size(); i++) {
      var mine = new TreeMap<String, String>();
      String prefix = prefix(i);
      parameters
          .asMap()
          .forEach((name, value) -> {
            if (name.startsWith(prefix)) {
              mine.put(name.substring(prefix.length()), value);
              common.remove(name);
            }
          });
      own.add(Parameters.of(mine));
    }
    Parameters.of(common).requireKnown(List.of(MEMBERS, COMBINE, THRESHOLD));
    return new Settings(
        members,
        parameters.choice(COMBINE, Combine.MEDIAN),
        parameters.number(THRESHOLD, 3, 0.5, MEMBER_SCORE_MAX),
        List.copyOf(own));
  }

  private DetectorFamily family(String id) {
    return families
        .apply(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "parameter members has '%s'; there is no such detector family".formatted(id)));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Bundle fit(DetectorTraining training) {
    Settings settings = settings(training.parameters());
    var files = new TreeMap<String, byte[]>();
    var metrics = new TreeMap<String, Double>();
    Bundle first = null;
    for (int i = 0; i < settings.members().size(); i++) {
      Bundle member =
          family(settings.members().get(i))
              .fit(
                  new DetectorTraining(
                      training.series(),
                      training.grid(),
                      settings.own().get(i),
                      training.provenance(),
                      training.progress()));
      files.put(file(i), member.toBytes());
      String prefix = prefix(i).replace('_', '.');
      member.manifest().metrics().forEach((name, value) -> metrics.put(prefix + name, value));
      first = first == null ? member : first;
    }
    BundleManifest like = Objects.requireNonNull(first).manifest();
    return Bundle.of(
        new BundleManifest(
            ID,
            like.task(),
            like.roles(),
            like.grid(),
            List.of(),
            0,
            0,
            0,
            List.of(),
            Optional.empty(),
            settings.toParameters(),
            like.trainingWindow(),
            like.seed(),
            like.codeVersion(),
            metrics),
        files);
  }

  @Override
  public DetectorModel load(Bundle bundle) {
    try {
      return new Model(bundle);
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(ID, e);
    }
  }

  private final class Model implements DetectorModel {
    private final BundleManifest manifest;
    private final List<DetectorModel> members = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();

    Model(Bundle bundle) {
      manifest = bundle.manifest();
      for (int i = 0; i < settings(manifest.parameters()).members().size(); i++) {
        Bundle member = Bundle.read(bundle.file(file(i)), BundleLimits.DEFAULT);
        DetectorFamily family = family(member.manifest().family());
        members.add(family.load(member));
        weights.add(family.scoreScale() == ScoreScale.UNIT ? MEMBER_SCORE_MAX : 1.0);
      }
    }

    @Override
    public BundleManifest manifest() {
      return manifest;
    }

    private Settings settingsWith(Parameters overrides) {
      Settings settings = settings(manifest.parameters().overriddenBy(overrides));
      if (settings.members().size() != members.size() || overrides.has(MEMBERS)) {
        throw new IllegalArgumentException("parameter members is fixed by the training");
      }
      return settings;
    }

    @Override
    public Detector start(SeriesName series) {
      return start(series, Parameters.NONE);
    }

    @Override
    public Detector start(SeriesName series, Parameters overrides) {
      Settings settings = settingsWith(overrides);
      var detectors = new ArrayList<Detector>();
      for (int i = 0; i < members.size(); i++) {
        detectors.add(members.get(i).start(series, settings.own().get(i)));
      }
      return new Ensemble(settings, detectors, weights);
    }

    @Override
    public Detector restore(byte[] state, Parameters overrides) {
      Settings settings = settingsWith(overrides);
      var in = new StateReader(state, Ensemble.KIND, Ensemble.VERSION);
      var latch = new AlarmLatch(Ensemble.QUIET_MICROS, in);
      var detectors = new ArrayList<Detector>();
      for (int i = 0; i < members.size(); i++) {
        detectors.add(members.get(i).restore(in.getBytes(), settings.own().get(i)));
      }
      in.requireEnd();
      return new Ensemble(settings, detectors, weights, latch);
    }

    @Override
    public boolean isTrainedOn(SeriesName series) {
      return members.stream().allMatch(member -> member.isTrainedOn(series));
    }

    @Override
    public Duration warmUp() {
      return members.stream()
          .map(DetectorModel::warmUp)
          .max(Duration::compareTo)
          .orElse(Duration.ZERO);
    }

    @Override
    public int stateBytesMax() {
      return 20 + members.stream().mapToInt(member -> member.stateBytesMax() + 5).sum();
    }
  }

  /** Not thread-safe. */
  private static final class Ensemble implements Detector {
    static final char KIND = 'E';
    static final int VERSION = 1;
    static final long QUIET_MICROS = 6 * Times.MICROS_PER_HOUR;

    private final Settings settings;
    private final List<Detector> members;
    private final List<Double> weights;
    private final AlarmLatch latch;

    Ensemble(Settings settings, List<Detector> members, List<Double> weights) {
      this(settings, members, weights, new AlarmLatch(QUIET_MICROS));
    }

    Ensemble(Settings settings, List<Detector> members, List<Double> weights, AlarmLatch latch) {
      this.settings = settings;
      this.members = members;
      this.weights = weights;
      this.latch = latch;
    }

    @Override
    public byte[] save() {
      var out = new StateWriter(KIND, VERSION);
      latch.save(out);
      members.forEach(member -> out.putBytes(member.save()));
      return out.toBytes();
    }

    @Override
    public long newestMicros() {
      return members.getFirst().newestMicros();
    }

    @Override
    public Verdict score(long timeMicros, double value) {
      boolean isNew = timeMicros > newestMicros();
      var scores = new double[members.size()];
      Verdict top = Verdict.learning(value);
      double topScore = -1;
      for (int i = 0; i < scores.length; i++) {
        Verdict verdict = members.get(i).score(timeMicros, value);
        scores[i] = Math.min(MEMBER_SCORE_MAX, weights.get(i) * verdict.score());
        if (scores[i] > topScore) {
          topScore = scores[i];
          top = verdict;
        }
      }
      double score = settings.combine().of(scores);
      boolean high = score >= settings.threshold();
      Cause cause = top.cause() == Cause.NONE ? Cause.DEVIATION : top.cause();
      return new Verdict(
          score,
          Severity.ofScore(score),
          top.expected(),
          top.lower(),
          top.upper(),
          high ? cause : Cause.NONE,
          isNew && latch.opens(timeMicros, high));
    }
  }
}
