package dev.tidewatch.trainer;

import dev.tidewatch.models.bundle.Parameters;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** All that decides what a training makes, as one digest: two equal ones need not both be run. */
final class Recipe {
  /** Tag of a version. */
  static final String TAG = "recipe";

  private Recipe() {}

  static String digest(TrainingPlan plan, String dataFingerprint, String codeVersion) {
    var text = new StringBuilder("1\n");
    text.append(plan.family()).append('\n');
    text.append(plan.grid()).append('\n');
    text.append(plan.horizon()).append('\n');
    text.append(plan.levels()).append('\n');
    append(text, plan.parameters());
    plan.covariates()
        .forEach((role, name) ->
            text.append("covariate ").append(role).append('=').append(name.value()).append('\n'));
    text.append(plan.evaluation().text()).append('\n');
    if (plan.tuning() != null) {
      text.append(plan.tuning().method()).append(' ').append(plan.tuning().trials());
      text.append(' ').append(plan.tuning().metric()).append(' ').append(plan.tuning().patience());
      text.append(' ').append(plan.tuning().budget()).append('\n');
      plan.tuning()
          .spaces()
          .forEach((name, space) -> text.append(name).append('=').append(space.text()).append(' '));
    }
    text.append(plan.seed()).append('\n');
    text.append(codeVersion).append('\n');
    text.append(dataFingerprint).append('\n');
    try {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void append(StringBuilder text, Parameters parameters) {
    parameters
        .asMap()
        .forEach((name, value) ->
            text.append(name).append('=').append(value.length()).append(':').append(value));
    text.append('\n');
  }
}
