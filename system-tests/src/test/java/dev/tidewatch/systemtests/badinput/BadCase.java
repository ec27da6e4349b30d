package dev.tidewatch.systemtests.badinput;

import io.grpc.Status;
import java.util.List;

/**
 * One wrong request and the right answer.
 *
 * @param what is wrong with it
 * @param requests what is sent, in protobuf's JSON; several on a stream
 * @param code the status; OK where the answer itself lists what was rejected
 * @param reason of the ErrorInfo, or of the rejection inside the answer
 * @param field that the BadRequest names; empty where no single field is at fault
 */
record BadCase(String what, List<String> requests, Status.Code code, String reason, String field) {}
