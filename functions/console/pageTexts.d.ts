/** Made by `infra/system/pages.ts` at build. */
declare module '*?text' {
  const text: string;
  export default text;
}
