package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.alert.LabelMatcher;
import dev.tidewatch.monitor.delivery.Delivery;
import dev.tidewatch.monitor.delivery.Delivery.TestAnswer;
import dev.tidewatch.monitor.delivery.DeliveryFormat;
import dev.tidewatch.monitor.delivery.DeliveryStore;
import dev.tidewatch.monitor.delivery.DeliveryStore.DeadLetter;
import dev.tidewatch.monitor.delivery.DeliveryStore.DeadLetterCursor;
import dev.tidewatch.monitor.delivery.DeliveryTarget;
import dev.tidewatch.monitor.delivery.TargetStore;
import dev.tidewatch.proto.monitor.v1.CreateDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.CreateDeliveryTargetResponse;
import dev.tidewatch.proto.monitor.v1.DeleteDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.DeleteDeliveryTargetResponse;
import dev.tidewatch.proto.monitor.v1.ListDeadLettersRequest;
import dev.tidewatch.proto.monitor.v1.ListDeadLettersResponse;
import dev.tidewatch.proto.monitor.v1.ListDeliveryTargetsRequest;
import dev.tidewatch.proto.monitor.v1.ListDeliveryTargetsResponse;
import dev.tidewatch.proto.monitor.v1.RetryDeadLettersRequest;
import dev.tidewatch.proto.monitor.v1.RetryDeadLettersResponse;
import dev.tidewatch.proto.monitor.v1.TestDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.TestDeliveryTargetResponse;
import dev.tidewatch.proto.monitor.v1.UpdateDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.UpdateDeliveryTargetResponse;
import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Targets and dead letters, as AlertService serves them. Thread-safe. */
public final class DeliveryApi {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
  private static final int ATTEMPTS_DEFAULT = 10;
  private static final int ATTEMPTS_MAX = 100;
  private static final int MATCHERS_MAX = 32;
  private static final int RETRIED_MAX = 1_000;

  private final TargetStore targets;
  private final DeliveryStore store;
  private final Delivery delivery;
  private final InstantSource realTime;

  public DeliveryApi(
      TargetStore targets, DeliveryStore store, Delivery delivery, InstantSource realTime) {
    this.targets = targets;
    this.store = store;
    this.delivery = delivery;
    this.realTime = realTime;
  }

  CreateDeliveryTargetResponse create(CreateDeliveryTargetRequest request) {
    UUID id;
    try {
      id = UUID.fromString(request.getRequestId());
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("request_id", "must be a UUID");
    }
    return CreateDeliveryTargetResponse.newBuilder()
        .setTarget(write(targets.create(read(request.getTarget()), id)))
        .build();
  }

  UpdateDeliveryTargetResponse update(UpdateDeliveryTargetRequest request) {
    DeliveryTarget target = read(request.getTarget());
    String etag = TextField.require("target.etag", request.getTarget().getEtag(), 0, 64);
    DeliveryTarget updated = targets.update(target, etag);
    delivery.wake(); // it may have been enabled
    return UpdateDeliveryTargetResponse.newBuilder().setTarget(write(updated)).build();
  }

  DeleteDeliveryTargetResponse delete(DeleteDeliveryTargetRequest request) {
    targets.delete(
        TextField.require("name", request.getName(), 1, 128), Wire.text("etag", request.getEtag()));
    return DeleteDeliveryTargetResponse.getDefaultInstance();
  }

  ListDeliveryTargetsResponse list(ListDeliveryTargetsRequest request) {
    Page<DeliveryTarget, String> page =
        targets.page(
            Paging.read(request.getPageToken(), "targets", 1, List::getFirst),
            Paging.size(request.getPageSize()));
    var response = ListDeliveryTargetsResponse.newBuilder();
    page.items().forEach(target -> response.addTargets(write(target)));
    page.next().ifPresent(next -> response.setNextPageToken(Paging.token("targets", next)));
    return response.build();
  }

  TestDeliveryTargetResponse test(TestDeliveryTargetRequest request) {
    String name = TextField.require("name", request.getName(), 1, 128);
    DeliveryTarget target =
        targets
            .find(name)
            .orElseThrow(
                () -> new NotFound("TARGET_UNKNOWN", "name: there is no target '" + name + "'"));
    try {
      TestAnswer answer = delivery.test(target);
      return TestDeliveryTargetResponse.newBuilder()
          .setStatus(answer.status())
          .setDetail(answer.detail())
          .build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable(
          "SHUTTING_DOWN", "this server is closing; ask again", Duration.ofSeconds(1));
    }
  }

  ListDeadLettersResponse deadLetters(ListDeadLettersRequest request) {
    Optional<DeadLetterCursor> after =
        Paging.readTimeAndId(request.getPageToken(), "dead-letters", DeadLetterCursor::new);
    Page<DeadLetter, DeadLetterCursor> page =
        store.deadLetters(
            Wire.text("target", request.getTarget()), after, Paging.size(request.getPageSize()));
    var response = ListDeadLettersResponse.newBuilder();
    page.items().forEach(letter -> response.addDeadLetters(write(letter)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(
                Paging.token("dead-letters", next.lastAttemptAt(), next.id())));
    return response.build();
  }

  RetryDeadLettersResponse retry(RetryDeadLettersRequest request) {
    int count = request.getDeliveryIdsCount();
    if (count == 0 || count > RETRIED_MAX) {
      throw InvalidArgument.field(
          "delivery_ids", "are %d; 1 to %d are allowed".formatted(count, RETRIED_MAX));
    }
    Set<UUID> ids = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      ids.add(Wire.id("delivery_ids[" + i + "]", request.getDeliveryIds(i)));
    }
    int queued = store.retry(ids, realTime.instant());
    delivery.wake();
    return RetryDeadLettersResponse.newBuilder().setQueued(queued).build();
  }

  private static DeliveryTarget read(dev.tidewatch.proto.monitor.v1.DeliveryTarget message) {
    if (!NAME.matcher(message.getName()).matches()) {
      throw InvalidArgument.field(
          "target.name",
          "is '%s'; write 1 to 128 of A-Z, a-z, 0-9, _, . and -".formatted(message.getName()));
    }
    if (message.getAttemptsMax() < 0 || message.getAttemptsMax() > ATTEMPTS_MAX) {
      throw InvalidArgument.field(
          "target.attempts_max",
          "is %d; it must lie between 0 and %d".formatted(message.getAttemptsMax(), ATTEMPTS_MAX));
    }
    if (message.getMatchersCount() > MATCHERS_MAX) {
      throw InvalidArgument.field(
          "target.matchers",
          "are %d; at most %d are allowed".formatted(message.getMatchersCount(), MATCHERS_MAX));
    }
    var matchers = new ArrayList<LabelMatcher>();
    message
        .getMatchersList()
        .forEach(
            matcher -> matchers.add(new LabelMatcher(matcher.getLabel(), matcher.getPattern())));
    return new DeliveryTarget(
        0,
        message.getName(),
        url(message.getUrl()),
        switch (message.getFormat()) {
          case DELIVERY_FORMAT_JSON -> DeliveryFormat.JSON;
          case DELIVERY_FORMAT_SLACK -> DeliveryFormat.SLACK;
          case DELIVERY_FORMAT_ALERTMANAGER -> DeliveryFormat.ALERTMANAGER;
          case DELIVERY_FORMAT_UNSPECIFIED ->
              throw InvalidArgument.field("target.format", "is missing; name a format");
          case UNRECOGNIZED -> throw Wire.unknownEnum("target.format");
        },
        new Secret(TextField.require("target.secret", message.getSecret(), 0, 256)),
        matchers,
        message.getAttemptsMax() == 0 ? ATTEMPTS_DEFAULT : message.getAttemptsMax(),
        message.getDisabled(),
        1);
  }

  private static URI url(String text) {
    TextField.require("target.url", text, 1, 2048);
    try {
      URI url = new URI(text);
      String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && url.getHost() != null
          && url.getUserInfo() == null
          && url.getPort() <= 65_535) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw InvalidArgument.field(
        "target.url",
        "is no http or https URL with a host and without a user; write one like"
            + " https://example.org/alerts");
  }

  private static dev.tidewatch.proto.monitor.v1.DeliveryTarget write(DeliveryTarget target) {
    var message =
        dev.tidewatch.proto.monitor.v1.DeliveryTarget.newBuilder()
            .setName(target.name())
            .setUrl(target.url().toString())
            .setFormat(
                switch (target.format()) {
                  case JSON -> dev.tidewatch.proto.monitor.v1.DeliveryFormat.DELIVERY_FORMAT_JSON;
                  case SLACK -> dev.tidewatch.proto.monitor.v1.DeliveryFormat.DELIVERY_FORMAT_SLACK;
                  case ALERTMANAGER ->
                      dev.tidewatch.proto.monitor.v1.DeliveryFormat.DELIVERY_FORMAT_ALERTMANAGER;
                })
            .setAttemptsMax(target.attemptsMax())
            .setDisabled(target.disabled())
            .setEtag(target.etag());
    for (LabelMatcher matcher : target.matchers()) {
      message.addMatchersBuilder().setLabel(matcher.label()).setPattern(matcher.pattern());
    }
    return message.build();
  }

  private static dev.tidewatch.proto.monitor.v1.DeadLetter write(DeadLetter letter) {
    return dev.tidewatch.proto.monitor.v1.DeadLetter.newBuilder()
        .setDeliveryId(ContentId.toText(letter.id()))
        .setTarget(letter.target())
        .setTransition(Notifications.parse(letter.events().getLast()).getTransition())
        .setAttempts(letter.attempts())
        .setError(letter.error())
        .setFirstAttemptAt(Wire.time(letter.firstAttemptAt()))
        .setLastAttemptAt(Wire.time(letter.lastAttemptAt()))
        .build();
  }
}
