package dev.tidewatch.models.tensor;

/** Tensors of a request are not what the model takes. */
public final class TensorMismatchException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String tensor;
  private final String problem;

  /**
   * @param problem goes on after the tensor's name: what is wrong and what would be right
   */
  public TensorMismatchException(String tensor, String problem) {
    super(tensor + " " + problem);
    this.tensor = tensor;
    this.problem = problem;
  }

  /** Name of the tensor. */
  public String tensor() {
    return tensor;
  }

  public String problem() {
    return problem;
  }
}
