package dev.tidewatch.models.forecast.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ArimaModelTest {
  private static final double[] LOG_PASSENGERS =
      PublishedSeries.logarithms(PublishedSeries.AIR_PASSENGERS);

  /** R's {@code arima(lh, order = c(1,0,0))} and {@code c(3,0,0)}, printed in its help. */
  @Test
  void autoregressionsOfHormoneAgreeWithR() {
    var order = ArimaOrder.of(1, 0, 0).withConstant(true);
    ArmaEstimate one = ArimaModel.fit(PublishedSeries.LH, order).estimate();
    assertThat(one.coefficients().ar).containsExactly(new double[] {0.5739}, within(5e-5));
    assertThat(one.mean()).isCloseTo(2.4133, within(5e-5));
    assertThat(one.variance()).isCloseTo(0.1975, within(5e-5));
    assertThat(one.logLikelihood()).isCloseTo(-29.38, within(0.005));
    assertThat(one.aic()).isCloseTo(64.76, within(0.005));

    var third = ArimaOrder.of(3, 0, 0).withConstant(true);
    ArmaEstimate three = ArimaModel.fit(PublishedSeries.LH, third).estimate();
    assertThat(three.coefficients().ar)
        .containsExactly(new double[] {0.6448, -0.0634, -0.2198}, within(5e-5));
    assertThat(three.mean()).isCloseTo(2.3931, within(5e-5));
    assertThat(three.variance()).isCloseTo(0.1787, within(5e-5));
    assertThat(three.logLikelihood()).isCloseTo(-27.09, within(0.005));
    assertThat(three.aic()).isCloseTo(64.18, within(0.006));
  }

  /** R's {@code arima(lh, order = c(3,0,0), method = "CSS")}. */
  @Test
  void conditionalEstimatesAgreeWithR() {
    var order = ArimaOrder.of(3, 0, 0).withConstant(true);
    ArmaEstimate conditional = ArmaEstimate.conditional(PublishedSeries.LH, order);
    assertThat(conditional.coefficients().ar)
        .containsExactly(new double[] {0.6578, -0.0658, -0.2348}, within(5e-5));
    assertThat(conditional.mean()).isCloseTo(2.3918, within(5e-5));
    assertThat(conditional.variance()).isCloseTo(0.1905, within(5e-5));
  }

  /**
   * R's {@code arima(USAccDeaths, order = c(0,1,1), seasonal = list(order = c(0,1,1)))} and its
   * {@code predict}; R treats the first 13 values by a diffuse prior, hence the wider tolerance of
   * forecasts.
   */
  @Test
  void accidentalDeathsAgreeWithR() {
    var order = ArimaOrder.of(0, 1, 1).seasonal(0, 1, 1, 12);
    ArimaModel model = ArimaModel.fit(PublishedSeries.ACCIDENTAL_DEATHS, order);
    ArmaEstimate estimate = model.estimate();
    assertThat(estimate.coefficients().ma[0]).isCloseTo(-0.4303, within(5e-5));
    assertThat(estimate.coefficients().seasonalMa[0]).isCloseTo(-0.5528, within(1e-4));
    assertThat(estimate.variance()).isCloseTo(99_347, within(10.0));
    assertThat(estimate.logLikelihood()).isCloseTo(-425.44, within(0.005));
    assertThat(estimate.aic()).isCloseTo(856.88, within(0.005));
    assertThat(model.forecast(PublishedSeries.ACCIDENTAL_DEATHS, 6))
        .containsExactly(
            new double[] {8336.061, 7531.829, 8314.644, 8616.869, 9488.916, 9859.757},
            within(0.05));
  }

  /**
   * The airline model on the logarithms of series G (Box and Jenkins 1976, chapter 9): R prints ma1
   * -0.4018, sma1 -0.5569, sigma^2 0.001348, log likelihood 244.7, aic -483.4; forecasts are those
   * of statsmodels 0.15 at these coefficients.
   */
  @Test
  void airlineModelAgreesWithR() {
    var order = ArimaOrder.of(0, 1, 1).seasonal(0, 1, 1, 12);
    ArimaModel model = ArimaModel.fit(LOG_PASSENGERS, order);
    ArmaEstimate estimate = model.estimate();
    assertThat(estimate.coefficients().ma[0]).isCloseTo(-0.4018, within(5e-5));
    assertThat(estimate.coefficients().seasonalMa[0]).isCloseTo(-0.5569, within(5e-5));
    assertThat(estimate.variance()).isCloseTo(0.001348, within(5e-7));
    assertThat(estimate.logLikelihood()).isCloseTo(244.69648, within(1e-5));
    assertThat(estimate.aic()).isCloseTo(-483.39297, within(2e-5));
    assertThat(model.forecast(LOG_PASSENGERS, 3))
        .containsExactly(new double[] {6.11018533, 6.05377493, 6.17171469}, within(2e-5));
  }

  /** R's {@code arima(Nile, c(0,1,1))}: ma1 -0.7329, log likelihood -632.55, aic 1269.09. */
  @Test
  void nileAgreesWithR() {
    ArimaModel model = ArimaModel.fit(PublishedSeries.NILE, ArimaOrder.of(0, 1, 1));
    assertThat(model.estimate().coefficients().ma[0]).isCloseTo(-0.7329, within(1e-4));
    assertThat(model.estimate().variance()).isCloseTo(20_600, within(1.0));
    assertThat(model.estimate().logLikelihood()).isCloseTo(-632.55, within(0.005));
    assertThat(model.estimate().aic()).isCloseTo(1269.09, within(0.005));

    // statsmodels 0.15, with a mean: 0.8610, -0.5176; log likelihood -637.040.
    var mixed = ArimaOrder.of(1, 0, 1).withConstant(true);
    ArmaEstimate estimate = ArimaModel.fit(PublishedSeries.NILE, mixed).estimate();
    assertThat(estimate.coefficients().ar[0]).isCloseTo(0.8610, within(1e-3));
    assertThat(estimate.coefficients().ma[0]).isCloseTo(-0.5176, within(1e-3));
    assertThat(estimate.logLikelihood()).isBetween(-637.04, -637.03);
  }

  /** statsmodels 0.15 stops at a log likelihood of 246.00402; there are worse maxima beside. */
  @Test
  void mixedModelsFindTheBetterMaximum() {
    var order = ArimaOrder.of(2, 1, 1).seasonal(1, 1, 1, 12);
    ArmaEstimate estimate = ArimaModel.fit(LOG_PASSENGERS, order).estimate();
    assertThat(estimate.logLikelihood()).isGreaterThan(246.004);
    assertThat(estimate.coefficients().ar[0]).isCloseTo(0.549, within(0.03));
  }

  @Test
  void forecastsOfDriftsGoOn() {
    var line = new double[60];
    for (int t = 0; t < line.length; t++) {
      line[t] = 5 + 2 * t;
    }
    ArimaModel model = ArimaModel.fit(line, ArimaOrder.of(0, 1, 0).withConstant(true));
    assertThat(model.forecast(line, 3)).containsExactly(new double[] {125, 127, 129}, within(1e-9));
    assertThat(ArimaModel.fit(line, ArimaOrder.of(0, 2, 0)).forecast(line, 2))
        .containsExactly(new double[] {125, 127}, within(1e-9));
  }

  @Test
  void ordersAreChecked() {
    assertThat(ArimaOrder.of(0, 1, 1).seasonal(0, 1, 1, 12).withConstant(true))
        .hasToString("ARIMA(0,1,1)(0,1,1)[12] with constant");
    assertThat(ArimaOrder.of(2, 0, 1)).hasToString("ARIMA(2,0,1)");
    assertThatThrownBy(() -> ArimaOrder.of(1, 3, 0)).hasMessageContaining("differences");
    assertThatThrownBy(() -> ArimaOrder.of(1, 0, 0).seasonal(1, 0, 0, 1))
        .hasMessageContaining("season");
    assertThatThrownBy(
            () -> ArimaModel.fit(new double[14], ArimaOrder.of(0, 1, 1).seasonal(0, 1, 1, 12)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too few");
  }
}
