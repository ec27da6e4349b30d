package dev.tidewatch.models.detection.rcf;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.state.RandomCutForestMapper;
import com.amazon.randomcutforest.state.RandomCutForestState;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Random cut forest (Guha, Mishra, Roy and Schrijvers 2016) over shingles of the newest points,
 * with a running scale of its scores: the library's score is given in standard deviations above its
 * slow mean. Not thread-safe.
 */
final class StreamingForest {
  /** Of every release: what reads and writes the library's state. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  private static final int STATE_JSON_BYTES_MAX = 64 << 20;

  /** Points are within this, so that floats and their differences are finite. */
  private static final double POINT_MAX = 1e30;

  private static final double MEAN_DEVIATION_TO_SIGMA = 1.2533141373155003;
  private static final double SCORES_REMEMBERED = 1_000;
  private static final int YOUNG_SCORES = 50;
  private static final double PULL_MAX = 5;

  /**
   * Shape of a forest.
   *
   * @param inputs values of a point
   * @param trees of the forest
   * @param sample points that a tree keeps
   * @param shingle newest points that are looked at together
   */
  record Shape(int inputs, int trees, int sample, int shingle) {
    /** Upper bound of the length of a saved forest. */
    int stateBytesMax() {
      int points = trees * sample + sample + shingle;
      return 65_536 + 64 * trees * sample + 8 * points * inputs * shingle;
    }
  }

  private final Shape shape;
  private final RandomCutForest forest;
  private long scores;
  private double mean;
  private double deviation;

  StreamingForest(Shape shape, long seed) {
    this.shape = shape;
    this.forest =
        RandomCutForest.builder()
            .dimensions(shape.inputs() * shape.shingle())
            .shingleSize(shape.shingle())
            .internalShinglingEnabled(true)
            .numberOfTrees(shape.trees())
            .sampleSize(shape.sample())
            .outputAfter(Math.max(2, shape.sample() / 4))
            .parallelExecutionEnabled(false)
            .boundingBoxCacheFraction(1)
            .randomSeed(seed)
            .build();
  }

  StreamingForest(Shape shape, StateReader in) {
    this.shape = shape;
    this.scores = in.getLong();
    this.mean = in.getDouble();
    this.deviation = in.getDouble();
    byte[] packed = in.getBytes();
    try (var inflated = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      byte[] json = inflated.readNBytes(STATE_JSON_BYTES_MAX);
      RandomCutForestState state = JSON.readValue(json, RandomCutForestState.class);
      if (state.getDimensions() != shape.inputs() * shape.shingle()
          || state.getShingleSize() != shape.shingle()
          || state.getNumberOfTrees() != shape.trees()
          || state.getSampleSize() != shape.sample()) {
        throw StateReader.damaged("its forest has another shape");
      }
      this.forest = mapper().toModel(state);
    } catch (IOException e) {
      throw StateReader.damaged("its forest cannot be read: " + e.getMessage());
    }
  }

  private static RandomCutForestMapper mapper() {
    var mapper = new RandomCutForestMapper();
    mapper.setSaveTreeStateEnabled(true);
    mapper.setSaveSamplerStateEnabled(true);
    mapper.setSaveExecutorContextEnabled(true);
    mapper.setPartialTreeStateEnabled(false);
    return mapper;
  }

  void save(StateWriter out) {
    var bytes = new ByteArrayOutputStream();
    var deflater = new Deflater(Deflater.BEST_SPEED);
    try (var deflated = new DeflaterOutputStream(bytes, deflater)) {
      deflated.write(JSON.writeValueAsBytes(mapper().toState(forest)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    out.putLong(scores).putDouble(mean).putDouble(deviation).putBytes(bytes.toByteArray());
  }

  Shape shape() {
    return shape;
  }

  /** True if scores mean something. */
  boolean isKnown() {
    return scores >= YOUNG_SCORES;
  }

  /**
   * How unusual a point is after those before it, in standard deviations of earlier scores; 0 while
   * too little is known. Learns nothing.
   *
   * @param point finite, as many values as inputs
   */
  double sigmas(double[] point) {
    if (!isKnown()) {
      return 0;
    }
    double above = forest.getAnomalyScore(floats(point)) - mean;
    double sigma = Math.max(MEAN_DEVIATION_TO_SIGMA * deviation, 1e-3);
    return Math.clamp(above / sigma, 0, Verdict.SCORE_MAX);
  }

  /** Learns from a point, and from its score. */
  void learn(double[] point) {
    float[] newest = floats(point);
    if (forest.isOutputReady()) {
      double score = forest.getAnomalyScore(newest);
      double share = Math.max(1.0 / (scores + 1), 1 / SCORES_REMEMBERED);
      double distance = score - mean;
      if (scores >= YOUNG_SCORES) {
        double bound = PULL_MAX * Math.max(MEAN_DEVIATION_TO_SIGMA * deviation, 1e-3);
        distance = Math.clamp(distance, -bound, bound);
      }
      mean += share * distance;
      deviation += share * (Math.abs(distance) - deviation);
      scores++;
    }
    forest.update(newest);
  }

  private static float[] floats(double[] point) {
    var out = new float[point.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Math.clamp(point[i], -POINT_MAX, POINT_MAX);
    }
    return out;
  }
}
