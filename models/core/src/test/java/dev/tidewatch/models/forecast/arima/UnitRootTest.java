package dev.tidewatch.models.forecast.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UnitRootTest {
  private static final double ALMOST = 1e-9;

  /** Statistics of statsmodels 0.15 ({@code kpss}); Nile's is also R's tseries' 0.9654. */
  @Test
  void kpssAgreesWithReferencePrograms() {
    assertThat(KpssTest.of(PublishedSeries.NILE, Trend.CONSTANT).lags()).isEqualTo(4);
    assertThat(KpssTest.of(PublishedSeries.NILE, Trend.CONSTANT).statistic())
        .isCloseTo(0.96543490775266, within(ALMOST));
    assertThat(KpssTest.of(PublishedSeries.NILE, Trend.LINEAR).statistic())
        .isCloseTo(0.2375869759899708, within(ALMOST));
    assertThat(KpssTest.of(PublishedSeries.LH, Trend.CONSTANT).statistic())
        .isCloseTo(0.2938157272834688, within(ALMOST));
    assertThat(KpssTest.of(PublishedSeries.AIR_PASSENGERS, Trend.CONSTANT).statistic())
        .isCloseTo(2.739473620962186, within(ALMOST));
    assertThat(KpssTest.of(PublishedSeries.AIR_PASSENGERS, Trend.LINEAR).statistic())
        .isCloseTo(0.09614984853532406, within(ALMOST));
  }

  /** Table 1 of Kwiatkowski, Phillips, Schmidt and Shin (1992). */
  @Test
  void kpssHasThePapersCriticalValues() {
    var level = new KpssTest(Trend.CONSTANT, 0.5, 4);
    assertThat(level.criticalValue(0.05)).isEqualTo(0.463);
    assertThat(level.criticalValue(0.01)).isEqualTo(0.739);
    assertThat(level.refusesStationarity()).isTrue();
    assertThat(level.pValue()).isBetween(0.025, 0.05);
    var line = new KpssTest(Trend.LINEAR, 0.146, 4);
    assertThat(line.criticalValue(0.10)).isEqualTo(0.119);
    assertThat(line.pValue()).isCloseTo(0.05, within(ALMOST));
    assertThat(line.refusesStationarity()).isFalse();
    assertThatThrownBy(() -> line.criticalValue(0.2)).hasMessageContaining("significance");
  }

  /** Statistics, p-values and critical values of statsmodels 0.15 ({@code adfuller}). */
  @Test
  void dickeyFullerAgreesWithReferencePrograms() {
    var nile = AugmentedDickeyFuller.of(PublishedSeries.NILE, Trend.CONSTANT);
    assertThat(nile.statistic()).isCloseTo(-2.7819581223225223, within(ALMOST));
    assertThat(nile.lags()).isEqualTo(4);
    assertThat(nile.count()).isEqualTo(95);
    assertThat(nile.pValue()).isCloseTo(0.06089749528453366, within(ALMOST));
    assertThat(nile.criticalValue(0.01)).isCloseTo(-3.5011373281819504, within(ALMOST));
    assertThat(nile.criticalValue(0.05)).isCloseTo(-2.8924800524857854, within(ALMOST));
    assertThat(nile.criticalValue(0.10)).isCloseTo(-2.5832749307479226, within(ALMOST));
    assertThat(nile.refusesUnitRoot()).isFalse();

    // R's tseries prints Dickey-Fuller = -3.3657, lag order = 4 for the Nile.
    var line = AugmentedDickeyFuller.of(PublishedSeries.NILE, Trend.LINEAR);
    assertThat(line.statistic()).isCloseTo(-3.3657139144437074, within(ALMOST));
    assertThat(line.pValue()).isCloseTo(0.05614014475414661, within(ALMOST));
    assertThat(line.criticalValue(0.05)).isCloseTo(-3.4577588776789616, within(ALMOST));

    var hormone = AugmentedDickeyFuller.of(PublishedSeries.LH, Trend.CONSTANT);
    assertThat(hormone.statistic()).isCloseTo(-2.959910997842138, within(ALMOST));
    assertThat(hormone.refusesUnitRoot()).isTrue();

    var passengers = AugmentedDickeyFuller.of(PublishedSeries.AIR_PASSENGERS, Trend.CONSTANT);
    assertThat(passengers.statistic()).isCloseTo(-0.9616610921595545, within(ALMOST));
    assertThat(passengers.pValue()).isCloseTo(0.7669895412593452, within(ALMOST));
    var aroundLine = AugmentedDickeyFuller.of(PublishedSeries.AIR_PASSENGERS, Trend.LINEAR);
    assertThat(aroundLine.statistic()).isCloseTo(-7.318571346919127, within(ALMOST));
    assertThat(aroundLine.pValue()).isCloseTo(2.6589786912243154e-09, within(1e-14));
  }

  @Test
  void tooFewValuesAreRefused() {
    assertThatThrownBy(() -> KpssTest.of(new double[] {1, 2}, Trend.CONSTANT, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AugmentedDickeyFuller.of(new double[] {1, 2, 3}, Trend.LINEAR, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
