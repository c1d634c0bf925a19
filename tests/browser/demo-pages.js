// One page of each kind that the demo portal of this repository has; all specs take their pages from here.

/** `kind` is what the page writes into `data-kind` of its body. */
export const PAGES = {
  home: { path: "", kind: "home" },
  catalog: { path: "catalog/", kind: "list" },
  apis: { path: "catalog/api/", kind: "list" },
  groups: { path: "catalog/group/", kind: "list" },
  templates: { path: "catalog/template/", kind: "list" },
  service: { path: "catalog/default/component/booking-service/", kind: "entity" },
  plainService: { path: "catalog/data/component/occupancy-forecast/", kind: "entity" },
  unownedService: { path: "catalog/default/component/axle-scale-bridge/", kind: "entity" },
  library: { path: "catalog/default/component/berthkit/", kind: "entity" },
  api: { path: "catalog/default/api/booking-api/", kind: "entity" },
  grpcApi: { path: "catalog/default/api/fare-quotes/", kind: "entity" },
  resource: { path: "catalog/default/resource/booking-db/", kind: "entity" },
  system: { path: "catalog/default/system/ticketing/", kind: "entity" },
  domain: { path: "catalog/default/domain/passenger-journeys/", kind: "entity" },
  group: { path: "catalog/default/group/ticket-office/", kind: "entity" },
  user: { path: "catalog/default/user/iris.holt/", kind: "entity" },
  template: { path: "catalog/default/template/rust-service/", kind: "entity" },
  location: { path: "catalog/default/location/larkspur-ferries/", kind: "entity" },
  dependencies: { path: "catalog/default/component/booking-service/dependencies/", kind: "tab" },
  apisOfService: { path: "catalog/default/component/booking-service/api/", kind: "tab" },
  definition: { path: "catalog/default/api/booking-api/definition/", kind: "tab" },
  apiDocs: { path: "api-docs/", kind: "list" },
  teams: { path: "teams/", kind: "plugin" },
  docsIndex: { path: "docs/", kind: "list" },
  docs: { path: "docs/default/component/booking-service/", kind: "docs" },
  docsDeep: { path: "docs/default/component/booking-service/concepts/data/tables/", kind: "docs" },
  guideIndex: { path: "guide/", kind: "content" },
  guide: { path: "guide/plugins/", kind: "content" },
  graph: { path: "catalog-graph/", kind: "plugin" },
  gallery: { path: "gallery/", kind: "plugin" },
  galleryRows: { path: "gallery/rows/", kind: "plugin" },
  galleryNumbers: { path: "gallery/numbers/", kind: "plugin" },
  galleryPictures: { path: "gallery/pictures/", kind: "plugin" },
  radar: { path: "tech-radar/", kind: "plugin" },
  decisions: { path: "catalog/default/component/booking-service/adrs/", kind: "tab" },
  coverage: { path: "catalog/default/component/booking-service/coverage/", kind: "tab" },
  notFound: { path: "404.html", kind: "not-found" },
};

/** An address at which nothing is published. */
export const MISSING = "catalog/default/component/boking-service/";

/** The address that the page `service` had under its former name. */
export const OLD = "catalog/default/component/seat-reservation/";
