import ui from "./ui.json";
import errors from "./errors.json";
import portal from "./portal.json";
import points from "./points.json";
import standing from "./standing.json";
import ways from "./ways.json";
import profileFields from "./profileFields.json";

export default {
  ...ui,
  ...errors,
  ...portal,
  ...points,
  ...standing,
  ...ways,
  ...profileFields,
};
