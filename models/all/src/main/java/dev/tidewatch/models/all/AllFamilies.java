package dev.tidewatch.models.all;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.detection.features.FeatureDetectorFamily;
import dev.tidewatch.models.detection.multivariate.ScoredRowsFamily;
import dev.tidewatch.models.tensorflow.LstmFamily;
import dev.tidewatch.models.tribuo.svm.OneClassSvm;
import dev.tidewatch.models.tribuo.trees.BoostedTreesFamily;
import java.util.List;

/** All families of this release. What trains and what serves ask here, so that they agree. */
public final class AllFamilies {
  private AllFamilies() {}

  /** A new list; families are stateless, and what they need natively is loaded when first used. */
  public static ModelFamilies create() {
    return ModelFamilies.core()
        .and(
            new ModelFamilies(
                List.of(new BoostedTreesFamily(), new LstmFamily()),
                List.of(new FeatureDetectorFamily(new OneClassSvm())),
                List.of(new ScoredRowsFamily(new OneClassSvm()))));
  }
}
