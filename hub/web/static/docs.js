// Shows the API's description in Swagger UI, which comes from npm.

// Its parts are folded: laying out every route at once takes a tablet seconds.
window.SwaggerUIBundle?.({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
});
