package dev.tidewatch.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;

/** All commands, put together by hand. */
final class CommandTree {
  private CommandTree() {}

  static CommandLine of(Session session) {
    var root = new CommandLine(new TidewatchCommand());
    root.addMixin("global", session.options());
    root.addSubcommand(
        "ingest", group("Take readings in.").addSubcommand("csv", new IngestCsvCommand(session)));
    root.addSubcommand(
        "series",
        group("Look at the catalogue of series, and add to it.")
            .addSubcommand("list", new SeriesListCommand(session))
            .addSubcommand("get", new SeriesGetCommand(session))
            .addSubcommand("create", new SeriesCreateCommand(session))
            .addSubcommand("set", new SeriesSetCommand(session)));
    root.addSubcommand("devices", new DevicesCommand(session));
    root.addSubcommand("query", new QueryCommand(session));
    root.addSubcommand("latest", new LatestCommand(session));
    root.addSubcommand("aggregate", new AggregateCommand(session));
    root.addSubcommand("quality", new QualityCommand(session));
    root.addSubcommand("changes", new ChangesCommand(session));
    root.addSubcommand("export", new ExportCommand(session));
    root.addSubcommand(
        "delete",
        group("Delete series, or readings in a span of time.")
            .addSubcommand("readings", new DeleteReadingsCommand(session))
            .addSubcommand("series", new DeleteSeriesCommand(session)));
    root.addSubcommand(
        "quarantine",
        group("Look at readings that were rejected; store them after all, or forget them.")
            .addSubcommand("list", new QuarantineListCommand(session))
            .addSubcommand("replay", new QuarantineReplayCommand(session))
            .addSubcommand("delete", new QuarantineDeleteCommand(session)));
    root.addSubcommand("writers", new WritersCommand(session));
    root.addSubcommand("train", new TrainCommand(session));
    root.addSubcommand("backtest", new BacktestCommand(session));
    root.addSubcommand("report", new ReportCommand(session));
    root.addSubcommand("forecast", new ForecastCommand(session));
    root.addSubcommand("explain", new ExplainCommand(session));
    root.addSubcommand("detect", new DetectCommand(session));
    root.addSubcommand(
        "models",
        group("Look at the registry's models; promote, roll back, assign them.")
            .addSubcommand("list", new ModelsListCommand(session))
            .addSubcommand("show", new ModelsShowCommand(session))
            .addSubcommand("versions", new ModelsVersionsCommand(session))
            .addSubcommand("search", new ModelsSearchCommand(session))
            .addSubcommand("compare", new ModelsCompareCommand(session))
            .addSubcommand("export", new ModelsExportCommand(session))
            .addSubcommand("import", new ModelsImportCommand(session))
            .addSubcommand("aliases", new ModelsAliasesCommand(session))
            .addSubcommand("promote", new ModelsPromoteCommand(session))
            .addSubcommand("rollback", new ModelsRollbackCommand(session))
            .addSubcommand("route", new ModelsRouteCommand(session))
            .addSubcommand("history", new ModelsHistoryCommand(session))
            .addSubcommand("live", new ModelsLiveCommand(session))
            .addSubcommand("protect", new ModelsProtectCommand(session))
            .addSubcommand("gates", new ModelsGatesCommand(session))
            .addSubcommand("evidence", new ModelsEvidenceCommand(session))
            .addSubcommand("approve", new ModelsApproveCommand(session))
            .addSubcommand("approvals", new ModelsApprovalsCommand(session))
            .addSubcommand("lineage", new ModelsLineageCommand(session))
            .addSubcommand("upload", new ModelsUploadCommand(session))
            .addSubcommand("download", new ModelsDownloadCommand(session))
            .addSubcommand("retention", new ModelsRetentionCommand(session))
            .addSubcommand("assign", new ModelsAssignCommand(session))
            .addSubcommand("unassign", new ModelsUnassignCommand(session))
            .addSubcommand("assignments", new ModelsAssignmentsCommand(session)));
    root.addSubcommand(
        "anomalies",
        group("Look at what the detectors found, and say what it was.")
            .addSubcommand("list", new AnomaliesListCommand(session))
            .addSubcommand("get", new AnomaliesGetCommand(session))
            .addSubcommand("ack", new AnomaliesAckCommand(session))
            .addSubcommand("assign", new AnomaliesAssignCommand(session))
            .addSubcommand("comment", new AnomaliesCommentCommand(session))
            .addSubcommand("false-alarm", new AnomaliesFalseAlarmCommand(session))
            .addSubcommand("stats", new AnomaliesStatsCommand(session))
            .addSubcommand("watch", new AnomaliesWatchCommand(session))
            .addSubcommand(
                "suppress",
                group("Maintenance windows, in which anomalies raise no alert.")
                    .addSubcommand("add", new SuppressAddCommand(session))
                    .addSubcommand("list", new SuppressListCommand(session))
                    .addSubcommand("remove", new SuppressRemoveCommand(session))));
    root.addSubcommand(
        "alerts",
        group("Look at alerts, take care of them, and say what they are raised for.")
            .addSubcommand("list", new AlertsListCommand(session))
            .addSubcommand("get", new AlertsGetCommand(session))
            .addSubcommand("ack", new AlertsAckCommand(session))
            .addSubcommand("resolve", new AlertsResolveCommand(session))
            .addSubcommand("watch", new AlertsWatchCommand(session))
            .addSubcommand(
                "rules",
                group("Say what alerts are raised for.")
                    .addSubcommand("list", new AlertsRulesListCommand(session))
                    .addSubcommand("get", new AlertsRulesGetCommand(session))
                    .addSubcommand("set", new AlertsRulesSetCommand(session))
                    .addSubcommand("delete", new AlertsRulesDeleteCommand(session)))
            .addSubcommand(
                "silence",
                group("Keep alerts from being delivered for a while.")
                    .addSubcommand("create", new AlertsSilenceCreateCommand(session))
                    .addSubcommand("list", new AlertsSilenceListCommand(session))
                    .addSubcommand("expire", new AlertsSilenceExpireCommand(session)))
            .addSubcommand("targets", targets(session))
            .addSubcommand("dead-letters", deadLetters(session)));
    root.addSubcommand(
        "monitor",
        group("Look at how good the forecasts are, and why.")
            .addSubcommand("accuracy", new MonitorAccuracyCommand(session))
            .addSubcommand("drift", new MonitorDriftCommand(session))
            .addSubcommand("health", new MonitorHealthCommand(session))
            .addSubcommand("trend", new MonitorTrendCommand(session))
            .addSubcommand("pairs", new MonitorPairsCommand(session))
            .addSubcommand("compare", new MonitorCompareCommand(session))
            .addSubcommand("ledger", new MonitorLedgerCommand(session))
            .addSubcommand("why", new MonitorWhyCommand(session))
            .addSubcommand(
                "tunings",
                group("Look at what adapts per series after training, and change it.")
                    .addSubcommand("list", new TuningsListCommand(session))
                    .addSubcommand("get", new TuningsGetCommand(session))
                    .addSubcommand("set", new TuningsSetCommand(session))
                    .addSubcommand("reset", new TuningsResetCommand(session))));
    root.addSubcommand(
        "retrain",
        group("Say when models are trained again, ask for it, and look at what came of it.")
            .addSubcommand(
                "policy",
                group("Say when models are trained again.")
                    .addSubcommand("set", new RetrainPolicySetCommand(session))
                    .addSubcommand("get", new RetrainPolicyGetCommand(session))
                    .addSubcommand("list", new RetrainPolicyListCommand(session))
                    .addSubcommand("delete", new RetrainPolicyDeleteCommand(session)))
            .addSubcommand("now", new RetrainNowCommand(session))
            .addSubcommand("list", new RetrainListCommand(session))
            .addSubcommand("get", new RetrainGetCommand(session))
            .addSubcommand("cancel", new RetrainCancelCommand(session))
            .addSubcommand("trials", new RetrainTrialsCommand(session))
            .addSubcommand("approve", new RetrainApproveCommand(session))
            .addSubcommand("abort", new RetrainAbortCommand(session))
            .addSubcommand("decisions", new RetrainDecisionsCommand(session))
            .addSubcommand("revert", new RetrainRevertCommand(session)));
    root.addSubcommand(
        "analytics",
        group("Look at energy and plant: consumption, demand, efficiency, run time.")
            .addSubcommand("consumption", new AnalyticsConsumptionCommand(session))
            .addSubcommand("demand", new AnalyticsDemandCommand(session))
            .addSubcommand("efficiency", new AnalyticsEfficiencyCommand(session))
            .addSubcommand("run-time", new AnalyticsRunTimeCommand(session))
            .addSubcommand("correlation", new AnalyticsCorrelationCommand(session))
            .addSubcommand("devices", new AnalyticsDevicesCommand(session)));
    root.addSubcommand("worker", new WorkerCommand(session));
    root.addSubcommand("audit", new AuditCommand(session));
    root.addSubcommand("status", new StatusCommand(session));
    root.addSubcommand("version", new VersionCommand(session));
    root.addSubcommand("help", new HelpCommand(session));
    return withManners(root, session);
  }

  private static CommandLine targets(Session session) {
    return group("Say where alerts are delivered to.")
        .addSubcommand("list", new AlertsTargetsListCommand(session))
        .addSubcommand("create", new AlertsTargetsCreateCommand(session))
        .addSubcommand("set", new AlertsTargetsSetCommand(session))
        .addSubcommand("test", new AlertsTargetsTestCommand(session))
        .addSubcommand("delete", new AlertsTargetsDeleteCommand(session));
  }

  private static CommandLine deadLetters(Session session) {
    return group("Look at deliveries that were given up; put them back.")
        .addSubcommand("list", new AlertsDeadLettersListCommand(session))
        .addSubcommand("retry", new AlertsDeadLettersRetryCommand(session));
  }

  private static CommandLine group(String description) {
    var group = new CommandLine(new GroupCommand());
    group.getCommandSpec().usageMessage().description(description);
    return group;
  }

  private static CommandLine withManners(CommandLine root, Session session) {
    root.setOut(new PrintWriter(session.out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(session.err(), true, StandardCharsets.UTF_8));
    root.setUsageHelpAutoWidth(false);
    root.setUsageHelpWidth(Math.min(Math.max(session.columns(), 60), 110));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    root.setExpandAtFiles(false);
    root.setExecutionExceptionHandler((e, command, parsed) -> Failures.report(e, session));
    root.setParameterExceptionHandler((e, args) -> usage(e, session));
    manners(root, true);
    return root;
  }

  private static void manners(CommandLine command, boolean isRoot) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.abbreviateSynopsis(true);
    usage.sortOptions(false);
    usage.parameterListHeading("%n");
    usage.optionListHeading("%nOptions:%n");
    usage.commandListHeading("%nCommands:%n");
    if (isRoot) {
      usage.exitCodeListHeading("%nExit codes:%n");
      usage.exitCodeList(UsageMessageSpec.keyValuesMap(ExitCode.MEANINGS.toArray(String[]::new)));
    } else {
      // The options that all commands share are explained once, at the root.
      command
          .getHelpSectionMap()
          .put(
              UsageMessageSpec.SECTION_KEY_OPTION_LIST,
              help -> help.optionListExcludingGroups(own(help)));
      if (usage.footerHeading().isEmpty()) {
        usage.footerHeading("%nExamples:%n");
      }
    }
    command.getSubcommands().values().forEach(child -> manners(child, false));
  }

  private static List<OptionSpec> own(Help help) {
    return help.commandSpec().options().stream().filter(o -> !o.inherited()).toList();
  }

  private static int usage(ParameterException e, Session session) {
    CommandLine command = e.getCommandLine();
    Failures.report(new UsageException(String.valueOf(e.getMessage())), session);
    if (!session.json()) {
      CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
      session.say("  See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCode.USAGE;
  }
}
