import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KafkaEvent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A function in Java: it tells what it gets, and fails the first time. */
public class Ship implements RequestHandler<KafkaEvent, Void> {
  private int calls;

  @Override
  public Void handleRequest(KafkaEvent event, Context context) {
    calls++;
    event.getRecords().values().forEach(records -> records.forEach(record -> {
      String value = new String(Base64.getDecoder().decode(record.getValue()), StandardCharsets.UTF_8);
      String by = new String(record.getHeaders().get(0).get("by"), StandardCharsets.UTF_8);
      System.out.printf("got %d %s at %d, by %s%n", calls, value, record.getOffset(), by);
    }));
    if (calls == 1) throw new IllegalStateException("not at first");
    return null;
  }
}
