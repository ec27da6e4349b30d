package dev.tidewatch.ingest.api;

import com.google.protobuf.Timestamp;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.ViolationAction;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the contract says becomes of each reading, worked out from the generated classes one reading
 * at a time, without any code of the intake: slow, and easy to read.
 */
final class ExpectedVerdicts {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*");
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
  private static final BigInteger OLDEST = micros(Instant.parse("1900-01-01T00:00:00Z"));
  private static final BigInteger END = micros(Instant.parse("2200-01-01T00:00:00Z"));

  /**
   * One reading.
   *
   * @param reasons every reason for which it may be rejected; empty: it must be stored
   * @param micros its time, if it is to be stored
   * @param quality as it must be stored
   */
  record Verdict(
      String series, Set<RejectReason> reasons, long micros, double value, int quality) {}

  private final Instant now;
  private final Duration futureSkewMax;
  private final @Nullable Duration retention;
  private final boolean createUnknown;
  private final List<Verdict> verdicts = new ArrayList<>();

  ExpectedVerdicts(
      Instant now,
      Duration futureSkewMax,
      @Nullable Duration retention,
      boolean createUnknown,
      List<SeriesReadings> columns,
      List<Reading> rows) {
    this.now = now;
    this.futureSkewMax = futureSkewMax;
    this.retention = retention;
    this.createUnknown = createUnknown;
    for (SeriesReadings column : columns) {
      for (int i = 0; i < column.getTimesMicrosCount(); i++) {
        judge(
            column.getSeries(),
            BigInteger.valueOf(column.getTimesMicros(i)),
            false,
            column.getValues(i),
            column.getQualitiesCount() == 0 ? 0 : column.getQualities(i));
      }
    }
    for (Reading row : rows) {
      BigInteger micros = null;
      boolean tooFine = false;
      Timestamp time = row.getTime();
      if (row.hasTime() && time.getNanos() >= 0 && time.getNanos() <= 999_999_999) {
        micros =
            BigInteger.valueOf(time.getSeconds())
                .multiply(MILLION)
                .add(BigInteger.valueOf(time.getNanos() / 1_000));
        tooFine = time.getNanos() % 1_000 != 0;
      }
      judge(
          row.getSeries(),
          micros,
          tooFine,
          row.hasValue() ? row.getValue() : null,
          row.getQuality());
    }
  }

  /** In the order of indexes. */
  List<Verdict> verdicts() {
    return verdicts;
  }

  private void judge(
      String name,
      @Nullable BigInteger micros,
      boolean tooFine,
      @Nullable Double value,
      int sentQuality) {
    var reasons = EnumSet.noneOf(RejectReason.class);
    int quality = sentQuality & 0xff;
    if (!NAME.matcher(name).matches() || name.getBytes(StandardCharsets.UTF_8).length > 255) {
      reasons.add(RejectReason.SERIES_NAME_INVALID);
    } else if (!SmallCatalogue.KNOWN.containsKey(name) && !createUnknown) {
      reasons.add(RejectReason.SERIES_UNKNOWN);
    } else {
      Series series = SmallCatalogue.KNOWN.getOrDefault(name, Series.getDefaultInstance());
      judgeTime(series, micros, tooFine, reasons);
      quality |= judgeValue(series, value, reasons);
    }
    verdicts.add(
        new Verdict(
            name,
            reasons,
            reasons.isEmpty() && micros != null ? micros.longValueExact() : 0,
            value == null ? 0 : value,
            quality));
  }

  private void judgeTime(
      Series series, @Nullable BigInteger micros, boolean tooFine, Set<RejectReason> reasons) {
    if (tooFine) {
      reasons.add(RejectReason.TIME_TOO_FINE);
    }
    if (micros == null || micros.compareTo(OLDEST) < 0 || micros.compareTo(END) >= 0) {
      reasons.add(RejectReason.TIME_OUT_OF_RANGE);
      return;
    }
    Duration skew =
        series.getValidation().hasFutureSkewMax()
            ? Duration.ofSeconds(series.getValidation().getFutureSkewMax().getSeconds())
            : futureSkewMax;
    if (micros.compareTo(micros(now.plus(skew))) > 0) {
      reasons.add(RejectReason.TIME_IN_FUTURE);
    }
    if (retention != null && micros.compareTo(micros(now.minus(retention))) < 0) {
      reasons.add(RejectReason.OLDER_THAN_RETENTION);
    }
  }

  /** Returns the server's flags. */
  private static int judgeValue(Series series, @Nullable Double value, Set<RejectReason> reasons) {
    if (value == null) {
      reasons.add(RejectReason.VALUE_MISSING);
      return 0;
    }
    if (!Double.isFinite(value)) {
      reasons.add(RejectReason.VALUE_NOT_FINITE);
      return 0;
    }
    boolean allowed =
        switch (series.getKind()) {
          case SERIES_KIND_BOOLEAN -> value == 0 || value == 1;
          case SERIES_KIND_STATE ->
              series.getStatesMap().keySet().stream()
                  .anyMatch(code -> new BigDecimal(code).compareTo(new BigDecimal(value)) == 0);
          default -> true;
        };
    if (!allowed) {
      reasons.add(RejectReason.VALUE_NOT_ALLOWED);
    }
    var rules = series.getValidation();
    boolean within =
        !(rules.hasValueMin() && value < rules.getValueMin())
            && !(rules.hasValueMax() && value > rules.getValueMax());
    if (within) {
      return 0;
    }
    if (rules.getOnViolation() == ViolationAction.VIOLATION_ACTION_FLAG) {
      return 256;
    }
    reasons.add(RejectReason.VALUE_OUT_OF_RANGE);
    return 0;
  }

  private static BigInteger micros(Instant time) {
    return BigInteger.valueOf(time.getEpochSecond())
        .multiply(MILLION)
        .add(BigInteger.valueOf(time.getNano() / 1_000));
  }
}
