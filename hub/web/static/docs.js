// Shows the API's description in Swagger UI, which comes from npm.

window.SwaggerUIBundle?.({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });
