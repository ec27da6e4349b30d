package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.terminal.FanChart;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.cli.time.Moments;
import dev.tidewatch.proto.inference.v1.AnsweredBy;
import dev.tidewatch.proto.inference.v1.ForecastInterval;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastResponse;
import dev.tidewatch.proto.inference.v1.Recording;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.TidewatchException;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for forecasts. */
@Command(
    name = "forecast",
    description = {
      "Forecast series, with intervals.",
      "Without --model, the model that is assigned to each series answers."
    },
    footer = {
      "  tidewatch forecast AP-AP --horizon 24h",
      "  tidewatch forecast AP-AP --model load@champion --horizon 48 --level 0.8,0.95",
      "  tidewatch forecast AP-AP --origin '2024-05-01 00:00' --json | jq '.[0].steps[0]'"
    })
final class ForecastCommand implements Callable<Integer> {
  private static final int CHART_ROWS = 10;
  private static final int PAST_READINGS = 200;

  private final Session session;

  @Parameters(arity = "1..*", paramLabel = "SERIES", description = "Names of series.")
  private List<String> series = new ArrayList<>();

  @Option(
      names = "--horizon",
      paramLabel = "LENGTH",
      description = "How far: a time such as 24h, or a number of grid steps (the model's own).")
  private @Nullable String horizon;

  @Option(
      names = "--level",
      paramLabel = "P[,P]...",
      hideParamSyntax = true,
      split = ",",
      description = "Central intervals to give, between 0 and 1 (0.9).")
  private List<Double> levels = new ArrayList<>(List.of());

  @Option(
      names = "--model",
      paramLabel = "MODEL[@VERSION|@ALIAS]",
      description = "Which model is to answer (the assigned one).")
  private @Nullable String model;

  @Option(
      names = "--origin",
      paramLabel = "TIME",
      description = "Forecast as if it were then; nothing newer is seen. Not recorded.")
  private @Nullable String origin;

  @Option(
      names = "--fallback",
      description = "Take a seasonal naive forecast, flagged, where the model cannot answer.")
  private boolean fallback;

  @Option(names = "--no-record", description = "Keep it out of the prediction ledger.")
  private boolean noRecord;

  @Option(names = "--no-chart", description = "Only the table.")
  private boolean noChart;

  ForecastCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var request =
        ForecastRequest.newBuilder()
            .addAllSeries(series)
            .addAllLevels(levels)
            .setAllowFallback(fallback)
            .setRecord(noRecord ? Recording.RECORDING_NEVER : Recording.RECORDING_DEFAULT);
    if (model != null) {
      request.setModel(ModelReference.parse(model).choice());
    }
    if (origin != null) {
      request.setOrigin(ProtoTimes.timestamp(session.moment("--origin", origin)));
    }
    if (horizon != null) {
      request.setHorizon(steps(horizon, request.build()));
    }
    ForecastResponse answer = session.tidewatch().inference().forecast(request.build());
    int exitCode = ExitCode.OK;
    var array = Session.object().putArray("forecasts");
    for (SeriesForecast forecast : answer.getForecastsList()) {
      if (forecast.hasError()) {
        var error = forecast.getError();
        exitCode =
            ExitCode.of(
                TidewatchException.of(
                    Status.fromCodeValue(error.getCode()).getCode(),
                    error.getReason(),
                    error.getMessage()));
      }
      if (session.json()) {
        array.add(json(forecast, answer.getTraceId()));
      } else {
        show(forecast);
      }
    }
    if (session.json()) {
      session.print(array);
    }
    return exitCode;
  }

  /** A time needs the model's grid; one step is asked for to learn it. */
  private int steps(String text, ForecastRequest request) {
    if (text.chars().allMatch(Character::isDigit)) {
      return Integer.parseInt(text);
    }
    Duration wanted = session.duration("--horizon", text);
    ForecastRequest probe =
        request.toBuilder().setHorizon(1).setRecord(Recording.RECORDING_NEVER).build();
    for (SeriesForecast forecast :
        session.tidewatch().inference().forecast(probe).getForecastsList()) {
      if (!forecast.hasError()) {
        Duration step = ProtoTimes.duration(forecast.getStep());
        long steps = Math.ceilDiv(wanted.toMillis(), step.toMillis());
        return Math.toIntExact(Math.min(Math.max(steps, 1), 10_000));
      }
    }
    return 0;
  }

  private void show(SeriesForecast forecast) {
    if (forecast.hasError()) {
      session.warn(
          "%s: %s (%s)"
              .formatted(
                  forecast.getSeries(),
                  forecast.getError().getMessage(),
                  forecast.getError().getReason()));
      return;
    }
    AnsweredBy by = forecast.getAnsweredBy();
    session.print(
        session
            .style()
            .bold(
                "%s  from %s, %d steps of %s"
                    .formatted(
                        forecast.getSeries(),
                        session.show(forecast.getOrigin()),
                        forecast.getMeanCount(),
                        Durations.format(ProtoTimes.duration(forecast.getStep())))));
    session.print(
        "%s %s%s (%s)%s"
            .formatted(
                by.getModel(),
                by.getVersion(),
                by.getAlias().isEmpty() ? "" : " @" + by.getAlias(),
                by.getFamily(),
                forecast.getFallback() ? ", a stand-in: " + forecast.getFallbackReason() : ""));
    if (!noChart) {
      chart(forecast);
    }
    table(forecast);
    session.print("");
  }

  private void chart(SeriesForecast forecast) {
    double[] lower = new double[0];
    double[] upper = new double[0];
    if (forecast.getIntervalsCount() > 0) {
      ForecastInterval interval = forecast.getIntervals(0);
      lower = array(interval.getLowerList());
      upper = array(interval.getUpperList());
    }
    int width = Math.min(session.columns(), 110);
    FanChart.lines(past(forecast), array(forecast.getMeanList()), lower, upper, CHART_ROWS, width)
        .forEach(session::print);
  }

  /** What came before, for the eye; a forecast is shown without it if it cannot be read. */
  private double[] past(SeriesForecast forecast) {
    var request = QueryReadingsRequest.newBuilder();
    request.getSelectionBuilder().addNames(forecast.getSeries());
    request.getRangeBuilder().setEndTime(forecast.getOrigin());
    request.setReadingsPerSeriesMax(PAST_READINGS).setNewest(true);
    double[] values = new double[0];
    try (var stream = session.tidewatch().ingest().query(request.build())) {
      while (stream.hasNext()) {
        for (SeriesReadings column : stream.next().getColumnsList()) {
          int before = values.length;
          values = Arrays.copyOf(values, before + column.getValuesCount());
          for (int i = 0; i < column.getValuesCount(); i++) {
            values[before + i] = column.getValues(i);
          }
        }
      }
    } catch (TidewatchException e) {
      return new double[0];
    }
    return values;
  }

  private void table(SeriesForecast forecast) {
    var table = new Table().whole("TIME").right("MEAN");
    for (ForecastInterval interval : forecast.getIntervalsList()) {
      String percent = String.format(Locale.ROOT, "%.4g", interval.getLevel() * 100);
      String label = percent.contains(".") ? percent.replaceAll("\\.?0+$", "") : percent;
      table.right("LOW " + label + "%").right("HIGH " + label + "%");
    }
    for (int i = 0; i < forecast.getMeanCount(); i++) {
      List<String> cells = new ArrayList<>();
      cells.add(session.show(Moments.ofMicros(forecast.getTargetTimesMicros(i))));
      cells.add(Numbers.compact(forecast.getMean(i)));
      for (ForecastInterval interval : forecast.getIntervalsList()) {
        cells.add(Numbers.compact(interval.getLower(i)));
        cells.add(Numbers.compact(interval.getUpper(i)));
      }
      table.row(cells.toArray(String[]::new));
    }
    session.print(table);
  }

  /** The answer's columns turned into one object per step. */
  private static ObjectNode json(SeriesForecast forecast, String traceId) {
    ObjectNode node =
        ProtoJson.object(
            forecast.toBuilder()
                .clearTargetTimesMicros()
                .clearMean()
                .clearIntervals()
                .clearQuantiles()
                .build());
    for (String column : List.of("target_times_micros", "mean", "intervals", "quantiles")) {
      node.remove(column);
    }
    node.put("trace_id", traceId);
    var steps = node.putArray("steps");
    for (int i = 0; i < forecast.getMeanCount(); i++) {
      ObjectNode step = steps.addObject();
      step.put("time", Moments.ofMicros(forecast.getTargetTimesMicros(i)).toString());
      step.put("mean", forecast.getMean(i));
      var intervals = step.putArray("intervals");
      for (ForecastInterval interval : forecast.getIntervalsList()) {
        intervals
            .addObject()
            .put("level", interval.getLevel())
            .put("lower", interval.getLower(i))
            .put("upper", interval.getUpper(i));
      }
    }
    return node;
  }

  private static double[] array(List<Double> values) {
    return IntStream.range(0, values.size()).mapToDouble(values::get).toArray();
  }
}
