/** What models cost, by a package that people keep up to date. It is large, so only a run that needs it loads it. */

export interface Tokens {
  /** Without what was read from a cache. */
  input: number;
  output: number;
  cached: number;
}

/** USD; null for a model that nobody has a price for. */
export type PriceOf = (model: string, tokens: Tokens) => number | null;

export async function loadPrices(): Promise<PriceOf> {
  const { calcPrice } = await import("@pydantic/genai-prices");
  return (model, { input, output, cached }) => {
    const usage = { input_tokens: input + cached, cache_read_tokens: cached, output_tokens: output };
    return calcPrice(usage, model)?.total_price ?? null;
  };
}
