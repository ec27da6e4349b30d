package dev.tidewatch.models.forecast.linear;

/**
 * One way to set up the regression.
 *
 * @param shape scale, lookback, anchor and intercept
 * @param penalty relative to the mean square of a lag
 * @param prior index into the priors of the shape
 * @param phasePenalty positive for weights of their own for each phase of the season, drawn to the
 *     common ones by this relative penalty; 0 for common ones only
 */
record Candidate(Shape shape, double penalty, int prior, double phasePenalty) {
  /** What candidates with different penalties and priors share. */
  record Shape(Scale scale, int lookback, int anchor, boolean intercept) {}
}
