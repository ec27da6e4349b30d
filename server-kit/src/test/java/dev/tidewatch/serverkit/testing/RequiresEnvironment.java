package dev.tidewatch.serverkit.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs the class or method only where an environment variable is set; where it is not, {@link
 * NotRun} reports it by name.
 */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(RequiresEnvironment.Condition.class)
public @interface RequiresEnvironment {
  /** The server with TimescaleDB: a JDBC URL whose user may create databases and the extension. */
  String TIMESCALE = "TIDEWATCH_TIMESCALE_URL";

  /** The folder of public data sets. */
  String DATA = "TIDEWATCH_DATA";

  /** Name of the variable. */
  String value();

  /** The check itself. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return context
          .getElement()
          .flatMap(element -> AnnotationSupport.findAnnotation(element, RequiresEnvironment.class))
          .map(required -> evaluate(required.value(), name(context)))
          .orElseGet(() -> ConditionEvaluationResult.enabled("nothing required"));
    }

    private static ConditionEvaluationResult evaluate(String variable, String test) {
      String value = System.getenv(variable);
      if (value != null && !value.isBlank()) {
        NotRun.clear(test);
        return ConditionEvaluationResult.enabled(variable + " is set");
      }
      String reason = "NOT RUN, " + variable + " is not set";
      NotRun.report(test, reason);
      return ConditionEvaluationResult.disabled(reason);
    }

    private static String name(ExtensionContext context) {
      String type = context.getRequiredTestClass().getSimpleName();
      return context.getTestMethod().map(method -> type + "." + method.getName()).orElse(type);
    }
  }
}
