import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// All that is known of one product, its kinds, and the weight of weighed goods.
Sheet {
    id: sheet
    required property var vm
    readonly property var product: vm.choosing
    readonly property var variants: product.variants || []
    // What is asked most stands first: on a low screen the kinds, on a high one all of it is seen.
    readonly property bool high: height / Theme.scale > 700
    readonly property bool weighed: variants.some(row => row.weighed)

    subtitle: weighed ? qsTr("Enter the weight, then choose.") : variants.length > 1 ? qsTr("Which one?") : product.subtitle || ""
    title: product.title || ""
    visible: !!product.id
    onClosed: vm.close_sheet()
    onOpened: { weight.clear(); if (weighed) weight.forceActiveFocus(); else if (kinds.count > 0) kinds.itemAt(0).takeFocus() }

    Field {
        id: weight
        Layout.fillWidth: true
        iconName: "scale"
        inputMethodHints: Qt.ImhFormattedNumbersOnly
        label: qsTr("Weight in %1").arg(sheet.weighed ? sheet.variants[0].unit : "")
        visible: sheet.weighed
        wrong: text !== "" && sheet.variants.every(row => row.weighed && sheet.vm.weight_problem(row.id, text) !== "")
        onAccepted: if (sheet.variants.length === 1 && text && !wrong) sheet.vm.take(sheet.variants[0].id, text.replace(",", "."))
    }
    Flickable {
        id: flick
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: inside.implicitHeight + 8
        ScrollBar.vertical: ScrollBar { policy: flick.contentHeight > flick.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
        ColumnLayout {
            id: inside
            spacing: 8
            width: flick.width - 8
            x: 4
            y: 4
            ProductFacts { Layout.fillWidth: true; facts: sheet.product.facts || ({}); visible: sheet.high }
            Repeater {
                id: kinds
                model: sheet.variants
                VariantRow {
                    required property var modelData
                    Layout.fillWidth: true
                    row: modelData
                    typed: weight.text
                    vm: sheet.vm
                    onTierChosen: quantity => { weight.text = fmt.quantity(quantity); weight.forceActiveFocus() }
                }
            }
            ProductFacts { Layout.fillWidth: true; facts: sheet.product.facts || ({}); visible: !sheet.high }
        }
    }
}
