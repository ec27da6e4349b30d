package dev.tidewatch.models.forecast.arima;

/**
 * Orders of a seasonal ARIMA model (Box and Jenkins 1976, chapter 9).
 *
 * @param p autoregressive
 * @param d differences, 0 to 2
 * @param q moving average
 * @param seasonalP seasonal autoregressive; 0 without a season, as are the next two
 * @param seasonalD seasonal differences, 0 or 1
 * @param seasonalQ seasonal moving average
 * @param season steps; 1 for none
 * @param constant whether the differenced series has a mean that is estimated
 */
public record ArimaOrder(
    int p,
    int d,
    int q,
    int seasonalP,
    int seasonalD,
    int seasonalQ,
    int season,
    boolean constant) {
  static final int COEFFICIENTS_MAX = 24;

  public ArimaOrder {
    if (p < 0 || q < 0 || seasonalP < 0 || seasonalQ < 0) {
      throw new IllegalArgumentException("an order of an ARIMA model is negative");
    }
    if (p + q + seasonalP + seasonalQ > COEFFICIENTS_MAX) {
      throw new IllegalArgumentException(
          "ARIMA of %d coefficients; at most %d are possible"
              .formatted(p + q + seasonalP + seasonalQ, COEFFICIENTS_MAX));
    }
    if (d < 0 || d > 2 || seasonalD < 0 || seasonalD > 1) {
      throw new IllegalArgumentException(
          "ARIMA differences are %d and seasonal %d; they must be 0 to 2 and 0 to 1"
              .formatted(d, seasonalD));
    }
    if (season < 1 || (season == 1 && seasonalP + seasonalD + seasonalQ > 0)) {
      throw new IllegalArgumentException(
          "ARIMA has seasonal orders and a season of %d steps".formatted(season));
    }
  }

  public static ArimaOrder of(int p, int d, int q) {
    return new ArimaOrder(p, d, q, 0, 0, 0, 1, false);
  }

  public ArimaOrder seasonal(int newP, int newD, int newQ, int newSeason) {
    return new ArimaOrder(p, d, q, newP, newD, newQ, newSeason, constant);
  }

  public ArimaOrder withConstant(boolean newConstant) {
    return new ArimaOrder(p, d, q, seasonalP, seasonalD, seasonalQ, season, newConstant);
  }

  /** Coefficients beside constant and variance. */
  int coefficients() {
    return p + q + seasonalP + seasonalQ;
  }

  /** Values lost by differencing. */
  int lostToDifferences() {
    return d + seasonalD * season;
  }

  /** Highest autoregressive lag. */
  int arLag() {
    return p + seasonalP * season;
  }

  /** Entries of the state of the companion form. */
  int stateSize() {
    return Math.max(arLag(), q + seasonalQ * season + 1);
  }

  /** As in {@code ARIMA(0,1,1)(0,1,1)[12] with constant}. */
  @Override
  public String toString() {
    var text = new StringBuilder("ARIMA(%d,%d,%d)".formatted(p, d, q));
    if (season > 1) {
      text.append("(%d,%d,%d)[%d]".formatted(seasonalP, seasonalD, seasonalQ, season));
    }
    return constant ? text.append(" with constant").toString() : text.toString();
  }
}
