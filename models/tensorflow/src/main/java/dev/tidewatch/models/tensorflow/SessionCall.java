package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensorflow.SavedModelNetwork.GraphTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * Native memory that one call of a session needs, kept from call to call. For one thread at a time.
 */
final class SessionCall implements AutoCloseable {
  private static final int STATUS_OK = 0;

  /** Size of TensorFlow's own string. */
  private static final int STRING_BYTES = 24;

  private final TF_Output inputs;
  private final PointerPointer<TF_Tensor> inputValues;
  private final TF_Output outputs;
  private final PointerPointer<TF_Tensor> outputValues;
  private final TF_Status status = tensorflow.TF_NewStatus();
  private final TF_Tensor[] given;

  SessionCall(GraphTensor[] inputs, int outputsMax) {
    this.inputs = new TF_Output(inputs.length);
    this.inputValues = new PointerPointer<>(inputs.length);
    this.outputs = new TF_Output(outputsMax);
    this.outputValues = new PointerPointer<>(outputsMax);
    this.given = new TF_Tensor[inputs.length];
    place(inputs, this.inputs);
  }

  private static void place(GraphTensor[] tensors, TF_Output places) {
    for (int i = 0; i < tensors.length; i++) {
      places.position(i).oper(tensors[i].operation()).index(tensors[i].index());
    }
    places.position(0);
  }

  /**
   * @param tensors in the order of the inputs
   * @return in the order of {@code asked}
   */
  Tensor[] run(TF_Session session, Tensor[] tensors, GraphTensor[] asked) {
    place(asked, outputs);
    int made = 0;
    try {
      for (; made < tensors.length; made++) {
        given[made] = write(tensors[made]);
        inputValues.put(made, given[made]);
      }
      tensorflow.TF_SessionRun(
          session,
          (TF_Buffer) null,
          inputs,
          inputValues,
          tensors.length,
          outputs,
          outputValues,
          asked.length,
          (PointerPointer<?>) null,
          0,
          (TF_Buffer) null,
          status);
      if (tensorflow.TF_GetCode(status) != STATUS_OK) {
        throw new IllegalStateException(
            "TensorFlow failed: " + tensorflow.TF_Message(status).getString());
      }
      return read(asked);
    } finally {
      // After the answers were read: they may lie in the memory of what was given.
      for (int i = 0; i < made; i++) {
        release(given[i], tensors[i]);
      }
    }
  }

  private Tensor[] read(GraphTensor[] asked) {
    var answers = new Tensor[asked.length];
    for (int i = 0; i < asked.length; i++) {
      TF_Tensor answer = outputValues.get(TF_Tensor.class, i);
      ElementType type = asked[i].spec().type();
      try {
        answers[i] = read(answer, type);
      } finally {
        tensorflow.TF_DeleteTensor(answer); // its strings with it
      }
    }
    return answers;
  }

  private static TF_Tensor write(Tensor tensor) {
    long[] dimensions = tensor.shape().dimensions();
    int dataType = SavedModelSignature.dataType(tensor.type()).getNumber();
    if (tensor.type() == ElementType.BYTES) {
      return writeStrings(tensor.byteStrings(), dimensions, dataType);
    }
    ByteBuffer contents = tensor.contents();
    int size = contents.remaining();
    TF_Tensor made = allocate(dataType, dimensions, size);
    if (size > 0) {
      bytes(tensorflow.TF_TensorData(made), size).put(contents);
    }
    return made;
  }

  private static TF_Tensor allocate(int dataType, long[] dimensions, long size) {
    @Nullable TF_Tensor made =
        tensorflow.TF_AllocateTensor(dataType, dimensions, dimensions.length, size);
    if (made == null) {
      throw new IllegalStateException("TensorFlow has no memory for %d bytes".formatted(size));
    }
    return made;
  }

  private static ByteBuffer bytes(Pointer pointer, int size) {
    return pointer.capacity(size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TF_Tensor writeStrings(List<byte[]> elements, long[] dimensions, int dataType) {
    TF_Tensor made = allocate(dataType, dimensions, (long) elements.size() * STRING_BYTES);
    var strings = new TF_TString(tensorflow.TF_TensorData(made));
    for (int i = 0; i < elements.size(); i++) {
      TF_TString string = strings.getPointer(i);
      tensorflow.TF_StringInit(string);
      try (var bytes = new BytePointer(elements.get(i))) {
        tensorflow.TF_StringCopy(string, bytes, elements.get(i).length);
      }
    }
    return made;
  }

  private static Tensor read(TF_Tensor answer, ElementType type) {
    var dimensions = new long[tensorflow.TF_NumDims(answer)];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = tensorflow.TF_Dim(answer, i);
    }
    Shape shape = Shape.of(dimensions);
    if (type == ElementType.BYTES) {
      return readStrings(answer, shape);
    }
    ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(shape.elements() * type.bytes()));
    if (copy.hasRemaining()) {
      copy.put(bytes(tensorflow.TF_TensorData(answer), copy.remaining()));
    }
    return new Tensor(type, shape, copy.flip());
  }

  private static Tensor readStrings(TF_Tensor answer, Shape shape) {
    var elements = new ArrayList<byte[]>();
    if (shape.elements() > 0) {
      var strings = new TF_TString(tensorflow.TF_TensorData(answer));
      for (long i = 0; i < shape.elements(); i++) {
        TF_TString string = strings.getPointer(i);
        var element = new byte[Math.toIntExact(tensorflow.TF_StringGetSize(string))];
        tensorflow.TF_StringGetDataPointer(string).capacity(element.length).get(element);
        elements.add(element);
      }
    }
    return Tensor.ofByteStrings(shape, elements);
  }

  private static void release(TF_Tensor given, Tensor tensor) {
    if (tensor.type() == ElementType.BYTES && tensor.shape().elements() > 0) {
      var strings = new TF_TString(tensorflow.TF_TensorData(given));
      for (long i = 0; i < tensor.shape().elements(); i++) {
        tensorflow.TF_StringDealloc(strings.getPointer(i));
      }
    }
    tensorflow.TF_DeleteTensor(given);
  }

  @Override
  public void close() {
    inputs.deallocate();
    inputValues.deallocate();
    outputs.deallocate();
    outputValues.deallocate();
    tensorflow.TF_DeleteStatus(status);
  }
}
