package dev.tidewatch.serverkit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The error of a call. */
public record Refusal(StatusRuntimeException error) {
  /** Makes the call, which must fail. */
  public static Refusal of(ThrowingCallable call) {
    try {
      call.call();
    } catch (StatusRuntimeException e) {
      return new Refusal(e);
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        return new Refusal(status);
      }
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("failed in another way", e);
    }
    return fail("was not refused");
  }

  /** Status and reason. */
  public Refusal is(String code, String reason) {
    assertThat(error.getStatus().getCode() + " / " + StatusDetails.reason(error).orElse(""))
        .as(error.getMessage())
        .isEqualTo(code + " / " + reason);
    return this;
  }

  /** Status and reason. */
  public Refusal is(Status.Code code, String reason) {
    return is(code.name(), reason);
  }

  /** Words of the message, such as the field. */
  public Refusal says(String words) {
    assertThat(error.getStatus().getDescription()).contains(words);
    return this;
  }
}
