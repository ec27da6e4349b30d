package dev.tidewatch.models.tribuo.svm;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.features.RowScorer;
import dev.tidewatch.models.detection.features.ScorerMethod;
import dev.tidewatch.models.forecast.ModelArrays;
import java.util.Map;
import java.util.Set;
import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import org.tribuo.MutableDataset;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.anomaly.libsvm.LibSVMAnomalyTrainer;
import org.tribuo.anomaly.libsvm.SVMAnomalyType;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.LibSVMModel;
import org.tribuo.common.libsvm.SVMParameters;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * One-class SVM with a radial kernel (Schoelkopf, Platt, Shawe-Taylor, Smola and Williamson 2001):
 * the smallest region that holds all but a share {@code nu} of the rows. A row's score is rho minus
 * its weighted sum of kernels: below 0 inside the region, at most rho. Features are standardised by
 * the training rows. What is saved is support vectors, weights and rho, in plain arrays.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code nu}: share of the training rows that may lie outside, 0.001 to 0.5; default 0.05.
 *   <li>{@code gamma}: of the kernel exp(-gamma distance^2) on standardised features, 1e-6 to 100;
 *       default 1 / number of features.
 * </ul>
 */
public final class OneClassSvm implements ScorerMethod {
  public static final String ID = "one-class-svm";

  private static final String NU = "nu";
  private static final String GAMMA = "gamma";

  static {
    svm.svm_set_print_string_function(text -> {});
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of(NU, GAMMA);
  }

  @Override
  public boolean scaledByHeldOutRows() {
    return true;
  }

  private static double nu(Parameters parameters) {
    return parameters.number(NU, 0.05, 0.001, 0.5);
  }

  @Override
  public Parameters checked(Parameters parameters) {
    Parameters own = Parameters.of(Map.of(NU, Double.toString(nu(parameters))));
    return parameters.has(GAMMA)
        ? own.with(GAMMA, Double.toString(parameters.number(GAMMA, 1, 1e-6, 100)))
        : own;
  }

  /** Has no randomness: the seed is not used. */
  @Override
  public RowScorer train(double[][] rows, Parameters parameters, long seed) {
    int features = rows[0].length;
    double gamma = parameters.number(GAMMA, 1.0 / features, 1e-6, 100);
    double[] centers = new double[features];
    double[] units = new double[features];
    standardise(rows, centers, units);
    LibSVMModel<Event> model = learn(rows, centers, units, nu(parameters), gamma);
    svm_model inner = model.getInnerModels().getFirst();
    double[] weights = inner.sv_coef[0].clone();
    var vectors = new double[inner.l * features];
    for (int vector = 0; vector < inner.l; vector++) {
      for (svm_node node : inner.SV[vector]) {
        vectors[vector * features + node.index] = node.value;
      }
    }
    return new Machine(centers, units, vectors, weights, inner.rho[0], gamma);
  }

  private static void standardise(double[][] rows, double[] centers, double[] units) {
    for (int feature = 0; feature < centers.length; feature++) {
      double sum = 0;
      for (double[] row : rows) {
        sum += row[feature];
      }
      double mean = sum / rows.length;
      double squares = 0;
      for (double[] row : rows) {
        squares += (row[feature] - mean) * (row[feature] - mean);
      }
      double deviation = Math.sqrt(squares / rows.length);
      centers[feature] = mean;
      units[feature] = deviation > 1e-9 * Math.max(1, Math.abs(mean)) ? deviation : 1;
    }
  }

  static LibSVMModel<Event> learn(
      double[][] rows, double[] centers, double[] units, double nu, double gamma) {
    var factory = new AnomalyFactory();
    var data =
        new MutableDataset<>(new SimpleDataSourceProvenance("rows of features", factory), factory);
    for (double[] row : rows) {
      data.add(example(standardised(row, centers, units)));
    }
    var settings =
        new SVMParameters<>(new SVMAnomalyType(SVMAnomalyType.SVMMode.ONE_CLASS), KernelType.RBF);
    settings.setNu(nu);
    settings.setGamma(gamma);
    settings.setEpsilon(1e-4);
    return new LibSVMAnomalyTrainer(settings).train(data);
  }

  /** Names that sort as the features stand, so that the library's numbers are ours. */
  static ArrayExample<Event> example(double[] row) {
    var names = new String[row.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = "f%06d".formatted(i);
    }
    return new ArrayExample<>(AnomalyFactory.EXPECTED_EVENT, names, row);
  }

  private static double[] standardised(double[] row, double[] centers, double[] units) {
    var out = new double[row.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (row[i] - centers[i]) / units[i];
    }
    return out;
  }

  @Override
  public RowScorer load(ModelArrays arrays, int features) {
    double[] weights = arrays.array("weights");
    return new Machine(
        arrays.array("centers", features),
        arrays.array("units", features),
        arrays.array("vectors", Math.multiplyExact(weights.length, features)),
        weights,
        arrays.number("rho"),
        arrays.number("gamma"));
  }

  /** Weighted sum of kernels around support vectors. */
  private static final class Machine implements RowScorer {
    private final double[] centers;
    private final double[] units;
    private final double[] vectors;
    private final double[] weights;
    private final double rho;
    private final double gamma;

    Machine(
        double[] centers,
        double[] units,
        double[] vectors,
        double[] weights,
        double rho,
        double gamma) {
      this.centers = centers;
      this.units = units;
      this.vectors = vectors;
      this.weights = weights;
      this.rho = rho;
      this.gamma = gamma;
      if (weights.length == 0 || !Double.isFinite(rho) || !(gamma > 0)) {
        throw new IllegalArgumentException("a support vector machine without a region");
      }
    }

    @Override
    public double unusual(double[] row) {
      double[] point = standardised(row, centers, units);
      double sum = 0;
      int place = 0;
      for (double weight : weights) {
        double squares = 0;
        for (double value : point) {
          double distance = value - vectors[place++];
          squares += distance * distance;
        }
        sum += weight * StrictMath.exp(-gamma * squares);
      }
      return rho - sum;
    }

    @Override
    public ModelArrays save() {
      return ModelArrays.builder()
          .put("centers", centers)
          .put("units", units)
          .put("vectors", vectors)
          .put("weights", weights)
          .put("rho", rho)
          .put("gamma", gamma)
          .build();
    }
  }
}
